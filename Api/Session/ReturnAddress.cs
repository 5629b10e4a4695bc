using Microsoft.AspNetCore.WebUtilities;

namespace ControlPlane.Api.Session;

/// <summary>The page that a plain form was sent from, for the redirect after it: a path of this program, never another host.</summary>
internal static class ReturnAddress
{
    private const string Why = "signin";

    /// <summary>The page's own address, or the start page when the browser names none. <paramref name="why"/> is what the sign-in there shows.</summary>
    public static string Of(HttpRequest request, string? why = null)
    {
        var start = $"{request.PathBase}/";
        var from = request.GetTypedHeaders().Referer;
        var path = from is { IsAbsoluteUri: true } && IsOurs(from.AbsolutePath, start) ? from.AbsolutePath : start;
        var query = from is { IsAbsoluteUri: true } && path == from.AbsolutePath ? QueryHelpers.ParseQuery(from.Query) : [];
        query.Remove(Why);
        if (why is not null) query[Why] = why;
        return QueryHelpers.AddQueryString(path, query);
    }

    // A second slash would make a browser read a host's name.
    private static bool IsOurs(string path, string start) => path.StartsWith(start, StringComparison.Ordinal)
        && !(path.Length > 1 && path[1] is '/' or '\\') && !(path.Length > start.Length && path[start.Length] is '/' or '\\');
}
