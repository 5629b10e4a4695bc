namespace ControlPlane.Abstractions;

/// <summary>A recorded decision, and whether it stood at the moment that was asked for.</summary>
/// <param name="Stood">False when no gate held a lease then: nothing may be read from the decision but that it was the last.</param>
/// <param name="Since">Since when it stood, or since when nothing is known to have stood.</param>
[GenerateSerializer, Immutable, Alias("cp.PastDecision")]
public sealed record PastDecision(
    [property: Id(0)] GateSnapshot Decision,
    [property: Id(1)] bool Stood,
    [property: Id(2)] DateTimeOffset Since);
