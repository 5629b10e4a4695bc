using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>What a provider can prove to the gate at this moment.</summary>
/// <param name="Activation">Identifies the activation that answers; sequences of two activations are not comparable.</param>
/// <param name="Sequence">Grows with every change of the evidence within an activation.</param>
/// <param name="ValidForMs">How long the standing verdict still counts, in milliseconds; 0 without one.
/// The reader counts from the moment it sent its request.</param>
/// <param name="Configuration">Build and settings of the silo that answers. A gate with others does not count what was proven there.</param>
/// <param name="TelemetryLost">Set while this provider's use was lost or cannot be counted.</param>
[GenerateSerializer, Immutable, Alias("cp.ProviderEvidence")]
public sealed record ProviderEvidence(
    [property: Id(0)] string Provider,
    [property: Id(1)] Guid Activation,
    [property: Id(2)] long Sequence,
    [property: Id(3)] ProviderState State,
    [property: Id(4)] long ValidForMs,
    [property: Id(5)] ImmutableArray<Reason> Reasons,
    [property: Id(6)] ImmutableArray<string> MissingVariables,
    [property: Id(7)] string? EvidenceTraceId,
    [property: Id(8)] Reason? TelemetryLost = null,
    [property: Id(9)] string? Configuration = null)
{
    /// <summary>Bots whose own calls to this provider fail: each is degraded by it, whatever <see cref="State"/> says for all.</summary>
    [Id(20)] public ImmutableArray<string> FailingBots { get; init; } = [];

    /// <summary>What the key may do; what is not listed is unknown.</summary>
    [Id(21)] public ImmutableArray<KeyCapability> Capabilities { get; init; } = [];

    /// <summary>The environment of a verified broker.</summary>
    [Id(22)] public string? Environment { get; init; }
}
