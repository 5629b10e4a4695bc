using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Integrations.Verification;

/// <summary>A capability and what a person should know about it.</summary>
public sealed record CapabilityFinding(Capability Name, CapabilityStatus Status)
{
    /// <summary>The catalogue's own words; null for the default ones.</summary>
    public string? Message { get; init; }
    public string? Fix { get; init; }
}
