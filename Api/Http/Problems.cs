using ControlPlane.Abstractions;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Http;

/// <summary>Errors of the contract, ready to be answered.</summary>
internal static class Problems
{
    public static Problem Of(int status, string code, string detail, string? suggestedFix = null) => new()
    {
        Title = TitleOf(status),
        Status = status,
        Code = code,
        Detail = detail,
        SuggestedFix = suggestedFix,
    };

    /// <summary>A refusal by a grain, by its code.</summary>
    public static Problem Refused(string code, string? message, string? suggestedFix = null) =>
        Of(StatusOf(code), code, message ?? "The control plane refused.", suggestedFix);

    public static Problem Refused(int status, string code, string message, string? suggestedFix) => Of(status, code, message, suggestedFix);

    /// <summary>The one item of a call was refused.</summary>
    public static Problem RefusedItem(UsageRejectionRow rejection) => Of(StatusCodes.Status422UnprocessableEntity, rejection.Code, rejection.Message);

    public static Problem Invalid(string detail, string? suggestedFix = null) =>
        Of(StatusCodes.Status400BadRequest, Codes.InvalidRequest, detail, suggestedFix);

    public static Problem Unauthenticated(string detail = "This needs a token or a session.") => Of(
        StatusCodes.Status401Unauthorized,
        Codes.Unauthenticated,
        detail,
        "Send 'Authorization: Bearer <token>', or sign in with POST /api/session.");

    public static Problem Forbidden(string detail, string? suggestedFix = null) =>
        Of(StatusCodes.Status403Forbidden, Codes.Forbidden, detail, suggestedFix);

    public static Problem UnknownProvider() => Of(
        StatusCodes.Status404NotFound,
        Codes.UnknownProvider,
        "No such integration is in the catalogue.",
        "GET /api/integrations/status lists all integrations.");

    public static Problem UnknownBot() => Of(
        StatusCodes.Status404NotFound,
        Codes.UnknownBot,
        "No bot of this id is registered.",
        "Register it with PUT /api/bots/{bot_id}.");

    public static Problem DataUnavailable(string detail = "The store could not be read or written.") => Of(
        StatusCodes.Status503ServiceUnavailable,
        Codes.DataUnavailable,
        detail,
        "Try again. If it stays so, look at the store's disk or database.");

    public static Problem Unreachable() => Of(
        StatusCodes.Status503ServiceUnavailable,
        Codes.ControlPlaneUnreachable,
        "The cluster did not answer.",
        "Try again. If it stays so, look whether its silos run.");

    public static Problem Unexpected() => Of(
        StatusCodes.Status500InternalServerError,
        Codes.DataUnavailable,
        "The request could not be completed.",
        "Look for the trace id in the control plane's log.");

    public static Problem ForStatus(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => Unauthenticated(),
        StatusCodes.Status403Forbidden => Forbidden("This role may not do that."),
        StatusCodes.Status404NotFound => Of(status, Codes.InvalidRequest, "There is nothing at this address.", "GET /openapi/v1.json lists all calls."),
        StatusCodes.Status405MethodNotAllowed => Of(status, Codes.InvalidRequest, "This address does not take that method.", "See the Allow header."),
        StatusCodes.Status408RequestTimeout => Of(status, Codes.InvalidRequest, "The request came too slowly."),
        StatusCodes.Status413PayloadTooLarge => Of(status, Codes.InvalidRequest, "The body is too large.", "Send less in one call."),
        StatusCodes.Status415UnsupportedMediaType => Of(
            status, Codes.InvalidRequest, "The body is of a type that this call does not take.", "Send application/json in UTF-8, not compressed."),
        StatusCodes.Status429TooManyRequests => Of(status, Codes.RateLimited, "Too many requests.", "Wait as long as Retry-After says."),
        StatusCodes.Status503ServiceUnavailable => DataUnavailable(),
        >= 500 => Unexpected() with { Status = status, Title = TitleOf(status) },
        _ => Of(status, Codes.InvalidRequest, "The request is not well-formed."),
    };

    private static int StatusOf(string code) => code switch
    {
        Codes.UnknownBot or Codes.UnknownProvider => StatusCodes.Status404NotFound,
        Codes.InvalidRequest => StatusCodes.Status400BadRequest,
        Codes.Unauthenticated => StatusCodes.Status401Unauthorized,
        Codes.Forbidden => StatusCodes.Status403Forbidden,
        Codes.RateLimited or Codes.RunnerRestarting => StatusCodes.Status429TooManyRequests,
        Codes.DataUnavailable or Codes.ControlPlaneUnreachable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status409Conflict,
    };

    private static string TitleOf(int status) => status switch
    {
        400 => "Bad request",
        401 => "Unauthenticated",
        403 => "Forbidden",
        404 => "Not found",
        405 => "Method not allowed",
        409 => "Refused",
        413 => "Too large",
        415 => "Unsupported media type",
        422 => "Not taken",
        429 => "Too many requests",
        503 => "Unavailable",
        >= 500 => "Failed",
        _ => "Not well-formed",
    };
}
