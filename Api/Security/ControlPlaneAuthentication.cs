using System.Collections.Concurrent;
using System.Security.Claims;
using System.Text.Encodings.Web;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Http;
using ControlPlane.Api.Session;
using ControlPlane.Api.SystemControl;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Security;

/// <summary>Knows a caller by a bearer token, or else by a session cookie. A request that brings a bearer header is evaluated by it alone.</summary>
internal sealed class ControlPlaneAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    AccessTokens tokens,
    ComponentToken components,
    BotGenerations generations,
    SessionCookie sessions,
    AuditTrail audit)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ControlPlane";

    /// <summary>Every caller with a role's token is the same one, and nothing changes it: it is made once.</summary>
    private static readonly ConcurrentDictionary<string, AuthenticateResult> s_roles = new(StringComparer.Ordinal);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers.Authorization.Count > 0) return await FromBearerAsync(BearerToken.Of(Request));
        if (!Request.Cookies.TryGetValue(SessionCookie.Name, out var cookie)) return AuthenticateResult.NoResult();

        // A kill makes no calls: a revoked session can still engage one until it expires.
        if (Context.GetEndpoint()?.Metadata.GetMetadata<KillEndpoint>() is not null)
        {
            return sessions.Parse(cookie) is { } signed ? Success(signed.Role, signed) : AuthenticateResult.Fail("The session does not hold.");
        }

        return await sessions.FindAsync(cookie, strictly: !IsRead, Context.RequestAborted) is { } session
            ? Success(session.Role, session)
            : AuthenticateResult.Fail("The session does not hold.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        new ProblemResult(Problems.Unauthenticated()).ExecuteAsync(Context);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        audit.RefusedByRole(Context);
        return new ProblemResult(RoleRule.IsSharedTokenRefused(Context)
            ? Problems.Forbidden("ControlPlane__Access__BotTokensOnly is set: each bot brings its own token here.", "Print it on the control plane's host: dotnet run --project Api -- token BOT_ID")
            : Problems.Forbidden("This role may not do that.", "Use the token of a role that may.")).ExecuteAsync(Context);
    }

    private bool IsRead => HttpMethods.IsGet(Request.Method) || HttpMethods.IsHead(Request.Method);

    private async ValueTask<AuthenticateResult> FromBearerAsync(string? token)
    {
        if (token is null) return AuthenticateResult.Fail("No bearer token.");
        if (tokens.Current.RoleOf(token) is { } role) return s_roles.GetOrAdd(role, static role => Result(role, null));
        if (components.Matches(token)) return Success(ComponentToken.Role, session: null);
        if (tokens.Current.BotOf(token) is not { } bot) return AuthenticateResult.Fail("The token is not one of ours.");

        // A kill is authenticated by what needs no other node: that it was made for this bot is enough.
        return RoleRule.IsKill(Context) || await generations.CountsAsync(bot)
            ? Success(Roles.Bot, session: null, bot.BotId)
            : AuthenticateResult.Fail("The token was revoked.");
    }

    private AuthenticateResult Success(string role, ActiveSession? session, string? botId = null)
    {
        if (session is not null) Context.Features.Set(session);
        return Result(role, botId);
    }

    private static AuthenticateResult Result(string role, string? botId)
    {
        var covered = role is ComponentToken.Role or Roles.Bot ? [role] : Roles.Covering(role);
        var claims = covered.Select(one => new Claim(ClaimTypes.Role, one)).Prepend(new Claim(ClaimTypes.Name, role));
        if (botId is not null) claims = claims.Append(new Claim(CallerExtensions.BotClaim, botId));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, SchemeName)), SchemeName));
    }
}
