using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Signatures;

namespace ControlPlane.ProviderSimulator.Answers;

/// <summary>Finds the answer to a state, falling back where the script has none: revoked, wrong environment and bad signature look like
/// an unknown key; limited is 403, billing and exhausted 402, locked 423, rate limited 429 with Retry-After.</summary>
internal static class AnswerBook
{
    public const int DefaultRetryAfter = 7;

    /// <summary>Of a path no route matches.</summary>
    public static AnswerScript NoRoute { get; } = Error(404, "no_such_route", "The script of this provider has no such route.");

    /// <summary>Of a provider without a script.</summary>
    public static AnswerScript NoProvider { get; } = Error(404, "no_such_provider", "There is no script for this provider.");

    public static AnswerScript For(RouteScript route, string state, ISignatureCheck? check = null)
    {
        if (route.Answers.TryGetValue(state, out var scripted))
            return scripted;

        return state switch
        {
            KeyState.StaleTimestamp when check?.StaleAnswer is { } stale => stale,
            KeyState.Limited => Error(403, "forbidden", "The key lacks a permission."),
            KeyState.Billing or KeyState.Exhausted => Error(402, "payment_required", "The account is out of credit."),
            KeyState.Locked => Error(423, "locked", "The account is locked."),
            KeyState.RateLimited => RateLimited(DefaultRetryAfter),
            KeyState.BadRequest => Error(400, "bad_request", "A header this provider insists on is missing."),
            _ => route.Answers.GetValueOrDefault(KeyState.Unknown) ?? Error(401, "unauthorized", "The key is not known."),
        };
    }

    /// <summary>429, by the script when it has one; a given number of seconds replaces that of the script.</summary>
    public static AnswerScript RateLimit(RouteScript? route, int? retryAfter)
    {
        var answer = route?.Answers.GetValueOrDefault(KeyState.RateLimited) ?? RateLimited(retryAfter ?? DefaultRetryAfter);
        return retryAfter is { } seconds ? WithRetryAfter(answer, seconds) : answer;
    }

    public static AnswerScript WithRetryAfter(AnswerScript answer, int seconds) => answer with
    {
        Headers = new Dictionary<string, string>(answer.Headers, StringComparer.OrdinalIgnoreCase) { ["Retry-After"] = $"{seconds}" },
    };

    public static AnswerScript Error(int status, string code, string message) =>
        CodedAnswer.Json(status, new { error = code, message });

    private static AnswerScript RateLimited(int seconds) => WithRetryAfter(Error(429, "rate_limited", "Too many requests."), seconds);
}
