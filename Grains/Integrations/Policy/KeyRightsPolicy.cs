using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Verification;

namespace ControlPlane.Grains.Integrations.Policy;

/// <summary>What follows from the rights of an accepted key: what its gate lacks, and what a person should know.</summary>
internal static class KeyRightsPolicy
{
    /// <summary>A key that ends within this time is warned of.</summary>
    public static readonly TimeSpan ExpiryWarning = TimeSpan.FromDays(14);

    /// <summary>The capabilities that count, for the gate and for the row.</summary>
    public static ImmutableArray<KeyCapability> Counted(ImmutableArray<CapabilityFinding> findings, bool acceptUnknown) =>
    [
        .. findings.Select(finding => new KeyCapability(
            finding.Name,
            finding.Status == CapabilityStatus.Unknown && acceptUnknown && finding.Name != Capability.Withdraw ? CapabilityStatus.Implied : finding.Status)),
    ];

    /// <summary>Why the key degrades its provider: a missing or unknown right. Null without either.</summary>
    public static Reason? Lack(string name, ImmutableArray<CapabilityFinding> findings, Capability need, bool acceptUnknown)
    {
        if (findings.FirstOrDefault(finding => finding.Name == need) is not { } finding) return null;
        return finding.Status switch
        {
            CapabilityStatus.Missing => new(Codes.IntegrationLimited, Severity.Degraded, finding.Message ?? $"{name} accepts the key, but it lacks a right.", finding.Fix, default),
            CapabilityStatus.Unknown when !acceptUnknown =>
                new(Codes.IntegrationDegraded, Severity.Degraded, finding.Message ?? $"Nobody can tell what the key of {name} may do.", finding.Fix, default),
            _ => null,
        };
    }

    public static IEnumerable<Reason> Warnings(string name, string provider, VerdictRecord verdict, Capability? need, bool acceptUnknown, DateTimeOffset now)
    {
        if (acceptUnknown && need is { } needed && verdict.Findings.Any(finding => finding.Name == needed && finding.Status == CapabilityStatus.Unknown))
            yield return Info($"Nothing tells whether the key of {name} can do its job; it counts because AcceptUnknown is set.", null);
        foreach (var finding in verdict.Findings.Where(finding => finding is { Name: Capability.Withdraw, Status: CapabilityStatus.Proven }))
            yield return Info(finding.Message ?? $"The key of {name} may also withdraw money, which no bot needs.", finding.Fix);
        if (verdict.ExpiresAt is { } end && end - now <= ExpiryWarning)
        {
            var text = $"{end.UtcDateTime:yyyy-MM-dd HH:mm} UTC";
            yield return Info(end > now ? $"The key of {name} ends at {text}." : $"The key of {name} ended at {text}, says the provider.", $"Make a new key before then, set it, and verify {provider}.");
        }
    }

    private static Reason Info(string message, string? fix) => new(Codes.IntegrationDegraded, Severity.Info, message, fix, default);
}
