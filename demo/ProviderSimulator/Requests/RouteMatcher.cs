using ControlPlane.ProviderSimulator.Scripts;

namespace ControlPlane.ProviderSimulator.Requests;

/// <summary>Whether a route is meant, by method, path, query and members of the body.</summary>
internal sealed class RouteMatcher
{
    private readonly Template[] _segments;

    public RouteMatcher(RouteScript route)
    {
        Route = route;
        _segments = [.. Segments(route.Path).Select(Template.Parse)];
    }

    public RouteScript Route { get; }

    /// <summary>The parts of the path that placeholders stand for, or null when the route is not meant.</summary>
    public IReadOnlyDictionary<string, string>? Match(ProviderRequest request)
    {
        if (request.Method != Route.Method || !Route.Query.All(pair => QueryFits(request, pair.Key, pair.Value)) || !Route.Json.All(pair => request.JsonValue(pair.Key) == pair.Value))
            return null;

        var segments = Segments(request.Path);
        if (segments.Length != _segments.Length)
            return null;

        var parts = new Dictionary<string, string>();
        for (var i = 0; i < segments.Length; i++)
        {
            if (_segments[i].Match(Uri.UnescapeDataString(segments[i]), static _ => null) is not { } found)
                return null;
            foreach (var (name, value) in found)
                parts[name] = value;
        }

        return parts;
    }

    private static bool QueryFits(ProviderRequest request, string name, string expected) =>
        request.QueryValue(name) is { } value && (expected == "*" || value == expected);

    private static string[] Segments(string path) => path.TrimStart('/').Split('/');
}
