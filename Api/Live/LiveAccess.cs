using ControlPlane.Api.Security;
using ControlPlane.Api.Session;

namespace ControlPlane.Api.Live;

/// <summary>What a long connection was let in with, to be looked at again: a session that ends or a token that changes cuts it.</summary>
internal sealed class LiveAccess
{
    private readonly string? _token;
    private readonly string? _cookie;
    private readonly AccessTokens _tokens;
    private readonly SessionCookie _sessions;

    private LiveAccess(string? token, string? cookie, AccessTokens tokens, SessionCookie sessions)
    {
        _token = token;
        _cookie = cookie;
        _tokens = tokens;
        _sessions = sessions;
    }

    /// <summary>Of a request that was authenticated.</summary>
    public static LiveAccess Of(HttpContext context)
    {
        // A bearer token goes before a cookie, as it does when a caller is let in.
        var token = BearerToken.Of(context.Request);
        return new LiveAccess(
            token,
            token is null ? context.Request.Cookies[SessionCookie.Name] : null,
            context.RequestServices.GetRequiredService<AccessTokens>(),
            context.RequestServices.GetRequiredService<SessionCookie>());
    }

    /// <summary>True while the caller would still be let in. Every role may watch.</summary>
    public async ValueTask<bool> HoldsAsync(CancellationToken cancellationToken) => _cookie is not null
        ? await _sessions.FindAsync(_cookie, cancellationToken) is not null
        : _token is not null && _tokens.Current.RoleOf(_token) is not null;
}
