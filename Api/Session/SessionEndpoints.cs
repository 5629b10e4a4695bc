using System.Net.Mime;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.Session;

/// <summary>Signing in and out of the dashboard.</summary>
internal static class SessionEndpoints
{
    private const string Route = "/api/session";

    public static void MapSession(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Session");
        group.MapPost(Route, SignIn).Audited("session.start", "session").AllowAnonymous()
            .Accepts<SignInRequest>(MediaTypeNames.Application.Json, MediaTypeNames.Application.FormUrlEncoded)
            .WithName("SignIn").WithSummary("Signs in with a token and sets the session cookie")
            .WithDescription("Ten bad sign-ins a minute from an address refuse every further one from there, good ones too, until the minute has passed. Bearer tokens are never limited. A form (application/x-www-form-urlencoded, field 'token') is taken too, and answered with 303 to the page it came from; a browser that was refused is sent to the sign-in again.")
            .MayFail(400, 401, 403, 413, 415, 429);
        group.MapGet(Route, Get).RequireAuthorization(Roles.Viewer)
            .WithName("GetSession").WithSummary("Who is signed in").MayFail(401, 403);
        group.MapDelete(Route, SignOut).Audited("session.end", "session").RequireAuthorization(Roles.Viewer)
            .WithName("SignOut").WithSummary("Ends the session: copies of its cookie are refused from then on")
            .WithDescription("Without a session, with a bearer token, it changes nothing. 503 when the end could not be written: it holds here until this process ends, and is tried again.")
            .MayFail(401, 403, 503);
    }

    private static async Task<Results<Ok<SessionAnswer>, SeeOther, ProblemResult>> SignIn(
        HttpContext context, SignInLimiter limiter, AccessTokens tokens, SessionCookie sessions, PageOrigin page, AuditTrail audit, TimeProvider time)
    {
        var form = context.Request.HasFormContentType && MediaTypes.IsForm(context.Request);
        if (page.IsForeign(context.Request)) return (ProblemResult)Problems.Forbidden("A sign-in from another site's page is refused.");
        var body = form ? await SignInForm.ReadAsync(context) : await JsonBody.ReadAsync<SignInRequest>(context);
        if (!body.Read) return (ProblemResult)body.Problem;

        var address = PeerAddress.Of(context);
        if (limiter.Take(address) is { } wait)
        {
            if (form && MediaTypes.WantsPage(context.Request)) return Again(context, "limited");
            var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
            return new ProblemResult(Problems.ForStatus(StatusCodes.Status429TooManyRequests) with { Detail = "Too many bad sign-ins from this address." }, seconds);
        }

        if (body.Value.Token is not { } token || tokens.Current.RoleOf(token) is not { } role || sessions.Create(role) is not { } made)
        {
            _ = audit.NoteSessionAsync(context, "unknown", "session.start", AuditOutcomes.Refused);
            if (form && MediaTypes.WantsPage(context.Request)) return Again(context, "refused");
            return (ProblemResult)Problems.Of(
                StatusCodes.Status401Unauthorized, Abstractions.Codes.Unauthenticated, "The token is not one of this control plane's.", "Copy the token again.");
        }

        limiter.Forgive(address);
        context.Response.Cookies.Append(SessionCookie.Name, made.Value, CookieOptions(context, page, made.Session.ExpiresAt));
        await audit.NoteSessionAsync(context, role, "session.start", AuditOutcomes.Done);
        return form ? new SeeOther(ReturnAddress.Of(context.Request)) : TypedResults.Ok(Answer(context, role, made.Session, time));
    }

    /// <summary>Whoever sent a form sees a page: the sign-in again, which says why.</summary>
    private static SeeOther Again(HttpContext context, string why) => new(ReturnAddress.Of(context.Request, why));

    private static Ok<SessionAnswer> Get(HttpContext context, TimeProvider time) =>
        TypedResults.Ok(Answer(context, context.Role(), context.Features.Get<ActiveSession>(), time));

    private static async Task<Results<NoContent, ProblemResult>> SignOut(HttpContext context, ISessionRevocations revocations, PageOrigin page, AuditTrail audit)
    {
        if (context.Features.Get<ActiveSession>() is not { } session) return TypedResults.NoContent();
        var durable = await revocations.RevokeAsync(session.Id, session.ExpiresAt, context.RequestAborted);
        context.Response.Cookies.Delete(SessionCookie.Name, CookieOptions(context, page, expiresAt: null));
        await audit.NoteSessionAsync(context, session.Role, "session.end", AuditOutcomes.Done);
        return durable
            ? TypedResults.NoContent()
            : (ProblemResult)Problems.DataUnavailable("The session is ended here, but that could not be written: it may hold again elsewhere, or after a restart. Sign out again when the store is back.");
    }

    private static CookieOptions CookieOptions(HttpContext context, PageOrigin page, DateTimeOffset? expiresAt) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = page.IsSecure(context.Request),
        Path = context.Request.PathBase.HasValue ? context.Request.PathBase.Value : "/",
        Expires = expiresAt,
        IsEssential = true,
    };

    private static SessionAnswer Answer(HttpContext context, string role, ActiveSession? session, TimeProvider time) => new(
        role,
        session?.ExpiresAt,
        session is null ? null : Math.Max(0, (long)(session.ExpiresAt - time.GetUtcNow()).TotalMilliseconds),
        context.TraceId());
}
