using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Outcomes;

/// <summary>Puts a conclusion into words and steps.</summary>
internal static class VerdictWriter
{
    private static readonly ImmutableHashSet<string?> s_nothingSent =
    [
        VerifyCodes.AddressRefused, VerifyCodes.BadBaseUrl, VerifyCodes.MalformedCredential, VerifyCodes.NoVerify, VerifyCodes.UnknownEnvironment,
        VerifyCodes.UnsupportedKey, VerifyCodes.WrongKindOfKey,
    ];

    public static VerifyVerdict Write(Conclusion conclusion, VerifyTarget target, TimeSpan elapsed)
    {
        var text = VerdictText.Of(conclusion, target);
        var code = TlsCode(conclusion.Code);
        var findings = conclusion.IsGood ? CapabilityText.Complete(conclusion.Findings, target) : [];
        var lack = CapabilityText.Needed(target.Provider) is { } need ? findings.FirstOrDefault(finding => finding.Name == need && finding.Status == CapabilityStatus.Missing) : null;
        var (environment, host) = Place(target);
        return new VerifyVerdict(
            conclusion.Status,
            conclusion.HttpStatus,
            conclusion.HttpStatus is null && WasNotSent(conclusion) ? null : (int)elapsed.TotalMilliseconds,
            code,
            lack?.Message ?? WithSkew(conclusion, conclusion.Message ?? text.Message),
            lack?.Fix ?? (conclusion.Status == VerifyStatus.Valid ? null : conclusion.Fix ?? text.Fix),
            conclusion.RetryAfter,
            [Connection(conclusion, target.Provider.Name), Authentication(conclusion.Status), Scope(conclusion.Status, findings, target.Provider)])
        {
            Findings = findings,
            Environment = environment,
            Host = host,
            ClockSkewSeconds = conclusion.ClockSkewS,
            ExpiresAt = conclusion.ExpiresAt,
        };
    }

    private static VerifyPlace Place(VerifyTarget target)
    {
        try
        {
            return EnvironmentPolicy.Of(target);
        }
        catch (VerifyFaultException)
        {
            return new VerifyPlace(null, null);
        }
    }

    private static string WithSkew(Conclusion conclusion, string message) => conclusion is { Code: VerifyCodes.ClockSkew, ClockSkewS: { } skew and not 0 }
        ? $"{message} This host is {Math.Abs((long)skew)} s {(skew > 0 ? "behind" : "ahead")}."
        : message;

    // The kinds of TLS fault differ in their words; whoever acts on the code needs one.
    private static string? TlsCode(string? code) =>
        code is VerifyCodes.TlsExpired or VerifyCodes.TlsWrongHost or VerifyCodes.TlsUntrusted or VerifyCodes.TlsNotPinned ? VerifyCodes.TlsFailed : code;

    private static VerifyStep Connection(Conclusion conclusion, string provider)
    {
        if (conclusion.HttpStatus is not null || conclusion.Answered)
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

    private static VerifyStep Scope(VerifyStatus status, ImmutableArray<CapabilityFinding> findings, ProviderDefinition provider)
    {
        if (CapabilityText.Needed(provider) is { } need && findings.FirstOrDefault(finding => finding.Name == need) is { } finding && finding.Status is CapabilityStatus.Missing or CapabilityStatus.Unknown)
            return new("scope", finding.Status == CapabilityStatus.Missing ? StepResult.Failed : StepResult.Skipped, finding.Message!);
        return status switch
        {
            VerifyStatus.Valid => new("scope", StepResult.Passed, "The key may do what was asked for."),
            VerifyStatus.ValidLimited => new("scope", StepResult.Failed, "The rights or the plan are narrower than what was asked for."),
            VerifyStatus.ValidBilling => new("scope", StepResult.Failed, "No credit or quota is left."),
            _ => new("scope", StepResult.Skipped, "Not reached."),
        };
    }
}
