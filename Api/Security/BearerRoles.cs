using System.Runtime.CompilerServices;

namespace ControlPlane.Api.Security;

/// <summary>The roles of bearer headers. On a connection that stays open the server hands out the same object for a header that comes again:
/// it is known by that, and its token is not hashed anew. Nothing is kept longer than the header itself, and nothing of one that was refused.</summary>
internal sealed class BearerRoles(AccessTokens tokens)
{
    private readonly ConditionalWeakTable<string, Admitted> _admitted = [];

    /// <summary>Of whom a header is, under the tokens of that moment.</summary>
    private sealed record Admitted(TokenTable Under, string Role);

    /// <summary>Role of a request's bearer token as the tokens are now, or null.</summary>
    public string? Of(HttpRequest request)
    {
        if (request.Headers.Authorization is not [{ } header]) return null;
        var table = tokens.Current;
        if (_admitted.TryGetValue(header, out var known) && ReferenceEquals(known.Under, table)) return known.Role;
        if (BearerToken.Of(request) is not { } token || table.RoleOf(token) is not { } role) return null;
        _admitted.AddOrUpdate(header, new Admitted(table, role));
        return role;
    }
}
