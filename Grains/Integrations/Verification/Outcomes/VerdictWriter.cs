using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Integrations.Verification.Outcomes;

/// <summary>Puts a conclusion into words and steps.</summary>
internal static class VerdictWriter
{
    private static readonly ImmutableHashSet<string?> s_nothingSent =
    [
        VerifyCodes.AddressRefused, VerifyCodes.BadBaseUrl, VerifyCodes.MalformedCredential, VerifyCodes.NoVerify, VerifyCodes.UnknownEnvironment,
        VerifyCodes.UnsupportedKey,
    ];

    public static VerifyVerdict Write(Conclusion conclusion, VerifyTarget target, TimeSpan elapsed)
    {
        var text = VerdictText.Of(conclusion, target);
        var code = TlsCode(conclusion.Code);
        return new VerifyVerdict(
            conclusion.Status,
            conclusion.HttpStatus,
            conclusion.HttpStatus is null && WasNotSent(conclusion) ? null : (int)elapsed.TotalMilliseconds,
            code,
            conclusion.Message ?? text.Message,
            conclusion.Status == VerifyStatus.Valid ? null : conclusion.Fix ?? text.Fix,
            conclusion.RetryAfter,
            Steps(conclusion, target.Provider.Name));
    }

    // The kinds of TLS fault differ in their words; whoever acts on the code needs one.
    private static string? TlsCode(string? code) =>
        code?.StartsWith(VerifyCodes.TlsFailed, StringComparison.Ordinal) == true ? VerifyCodes.TlsFailed : code;

    private static ImmutableArray<VerifyStep> Steps(Conclusion conclusion, string provider) =>
    [
        Connection(conclusion, provider),
        Authentication(conclusion.Status),
        Scope(conclusion.Status),
    ];

    private static VerifyStep Connection(Conclusion conclusion, string provider)
    {
        if (conclusion.HttpStatus is not null)
            return new("dns_tls", StepResult.Passed, $"{provider} answered.");
        if (conclusion.IsRemembered)
            return new("dns_tls", StepResult.Skipped, "No new login was made: these secrets were refused before.");
        return WasNotSent(conclusion) && conclusion.Code != VerifyCodes.AddressRefused
            ? new("dns_tls", StepResult.Skipped, "Nothing was sent.")
            : new("dns_tls", StepResult.Failed, $"No answer came from {provider}.");
    }

    private static bool WasNotSent(Conclusion conclusion) => conclusion.IsRemembered || s_nothingSent.Contains(conclusion.Code);

    private static VerifyStep Authentication(VerifyStatus status) => status switch
    {
        VerifyStatus.Valid or VerifyStatus.ValidLimited or VerifyStatus.ValidBilling => new("auth", StepResult.Passed, "The key was accepted."),
        VerifyStatus.Invalid => new("auth", StepResult.Failed, "The key was refused."),
        VerifyStatus.WrongEnvironment => new("auth", StepResult.Failed, "The key belongs to another environment."),
        _ => new("auth", StepResult.Skipped, "The answer does not tell."),
    };

    private static VerifyStep Scope(VerifyStatus status) => status switch
    {
        VerifyStatus.Valid => new("scope", StepResult.Passed, "The key may do what was asked for."),
        VerifyStatus.ValidLimited => new("scope", StepResult.Failed, "The rights or the plan are narrower than what was asked for."),
        VerifyStatus.ValidBilling => new("scope", StepResult.Failed, "No credit or quota is left."),
        _ => new("scope", StepResult.Skipped, "Not reached."),
    };
}
