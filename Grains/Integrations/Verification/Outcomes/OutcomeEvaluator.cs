using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;

namespace ControlPlane.Grains.Integrations.Verification.Outcomes;

/// <summary>Reads an answer by the rules of the catalogue. Only a rule can say that a key is good.</summary>
internal static class OutcomeEvaluator
{
    private const int TooManyRequests = 429;

    /// <summary>Whether a rule applies to an answer with this status. One does that names the status, or, for an expected status, one that names
    /// none.</summary>
    public static bool Applies(OutcomeRule rule, int status) =>
        rule.Status.Count > 0
            ? rule.Status.Contains(status)
            : status is (>= 200 and < 300) or (>= 400 and < 500 and not TooManyRequests);

    public static Conclusion Evaluate(IReadOnlyList<OutcomeRule> rules, ProviderAnswer answer, DateTimeOffset now)
    {
        var candidates = rules.Where(rule => Applies(rule, answer.Status)).ToList();
        var matched = candidates.Find(rule => rule.When is null || PredicateEvaluator.Evaluate(rule.When, answer) == true);
        if (matched is null)
            return Unmatched(answer, candidates.Exists(rule => PredicateEvaluator.NeedsJson(rule.When)), now);

        var status = StatusOf(matched.Verdict);
        var isGood = status is VerifyStatus.Valid or VerifyStatus.ValidLimited or VerifyStatus.ValidBilling;
        if (isGood && Unreadable(answer) is { } code && !PredicateEvaluator.RecognisesText(matched.When, answer))
            return Conclusion.Inconclusive(code, answer.Status);

        return new Conclusion(status, status == VerifyStatus.Valid ? null : matched.Code, answer.Status)
        {
            Rule = matched,
            Message = matched.Message,
            Fix = matched.Fix,
            RetryAfter = RetryAfter(answer, status, matched.Code, now) ?? (matched.RetryAfterS is { } seconds ? TimeSpan.FromSeconds(seconds) : null),
        };
    }

    private static Conclusion Unmatched(ProviderAnswer answer, bool neededJson, DateTimeOffset now)
    {
        var code = answer.Status switch
        {
            >= 300 and < 400 => VerifyCodes.Redirected,
            TooManyRequests => VerifyCodes.RateLimited,
            >= 500 => VerifyCodes.ProviderError,
            _ when neededJson && answer.Json is null => answer.IsHtml ? VerifyCodes.UnexpectedContent : VerifyCodes.UnreadableBody,
            >= 200 and < 300 => VerifyCodes.UnexpectedContent,
            _ => VerifyCodes.UnexpectedStatus,
        };
        return Conclusion.Inconclusive(code, answer.Status) with { RetryAfter = RetryAfter(answer, VerifyStatus.Inconclusive, code, now) };
    }

    // A page of a proxy or a sign-in portal comes with a 200 too.
    private static string? Unreadable(ProviderAnswer answer) => answer switch
    {
        { IsHtml: true } => VerifyCodes.UnexpectedContent,
        { ClaimsJson: true, Json: null, IsEmpty: false } => VerifyCodes.UnreadableBody,
        _ => null,
    };

    private static TimeSpan? RetryAfter(ProviderAnswer answer, VerifyStatus status, string? code, DateTimeOffset now)
    {
        var isLimit = answer.Status == TooManyRequests || code == VerifyCodes.RateLimited || status == VerifyStatus.Locked;
        return isLimit || answer.Status >= 400 ? RetryAfterReader.Read(answer, isLimit, now) : null;
    }

    private static VerifyStatus StatusOf(string verdict) => verdict switch
    {
        "valid" => VerifyStatus.Valid,
        "valid_limited" => VerifyStatus.ValidLimited,
        "valid_billing" => VerifyStatus.ValidBilling,
        "invalid" => VerifyStatus.Invalid,
        "wrong_environment" => VerifyStatus.WrongEnvironment,
        "locked" => VerifyStatus.Locked,
        _ => VerifyStatus.Inconclusive,
    };
}
