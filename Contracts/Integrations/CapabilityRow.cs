namespace ControlPlane.Contracts;

/// <summary>What a key may do, and how that is known.</summary>
public sealed record CapabilityRow(Capability Name, CapabilityStatus Status);
