using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Integrations.Verification;

/// <summary>Asks a provider whether the keys are good, by its own harmless call.</summary>
public interface IVerifier
{
    /// <summary>Never throws for anything the provider or the network does: that is a verdict.
    /// Ends within <paramref name="deadline"/>, which is then a verdict too (<c>timeout</c>).</summary>
    /// <exception cref="OperationCanceledException">Only when <paramref name="cancellationToken"/> was cancelled.</exception>
    Task<VerifyVerdict> VerifyAsync(VerifyTarget target, TimeSpan deadline, CancellationToken cancellationToken);

    /// <summary>Whether a verify made now would log in, because no token is held. A login can throw a running bot out.</summary>
    bool LogsIn(VerifyTarget target) => false;
}

/// <summary>What to verify: a provider, the way that is configured, the values, and where its base is.</summary>
/// <param name="Values">Values of the variables by their main names (aliases resolved), absent ones left out.</param>
/// <param name="BaseUrlOverride">From the operator's configuration; replaces the whole base.</param>
public sealed record VerifyTarget(
    ProviderDefinition Provider,
    AccessDefinition Access,
    IReadOnlyDictionary<string, Secret> Values,
    Uri? BaseUrlOverride)
{
    /// <summary>Private hosts and networks that the operator allows.</summary>
    public NetworkPolicy Network { get; init; } = NetworkPolicy.None;

    /// <summary>The only certificate that is accepted, as lower-case hex of its SHA-256; null for the usual check.</summary>
    public string? CertificateSha256 { get; init; }

    public override string ToString() => $"VerifyTarget {{ Provider = {Provider.Id}, Access = {Access.Name} }}";
}

/// <summary>What a verify proved, in our own words.</summary>
/// <param name="ErrorCode">Null with a plain <see cref="VerifyStatus.Valid"/>.</param>
/// <param name="RetryAfter">How long the provider wants to be left alone, or null.</param>
/// <param name="Steps"><c>dns_tls</c>, <c>auth</c>, <c>scope</c>; the grain puts <c>env</c> in front.</param>
public sealed record VerifyVerdict(
    VerifyStatus Status,
    int? HttpStatus,
    int? LatencyMs,
    string? ErrorCode,
    string Message,
    string? SuggestedFix,
    TimeSpan? RetryAfter,
    ImmutableArray<VerifyStep> Steps)
{
    /// <summary>What the key may do, with words for people; empty unless the key was accepted.</summary>
    public ImmutableArray<CapabilityFinding> Findings { get; init; } = [];
    public string? Environment { get; init; }

    /// <summary>The host that was asked, or would have been.</summary>
    public string? Host { get; init; }

    /// <summary>The provider's clock less ours, in whole seconds.</summary>
    public int? ClockSkewSeconds { get; init; }

    /// <summary>When the key or token ends, where the answer tells.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
