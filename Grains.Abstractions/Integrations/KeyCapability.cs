using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>What a key may do at its provider.</summary>
public enum Capability
{
    Read = 0,
    Trade = 1,
    Infer = 2,
    Withdraw = 3,
}

/// <summary>How a capability is known.</summary>
public enum CapabilityStatus
{
    /// <summary>Nothing tells.</summary>
    Unknown = 0,

    /// <summary>The provider's answer says that the key lacks it.</summary>
    Missing = 1,

    /// <summary>The answer does not say it, but every accepted key of this kind has it, as the catalogue's source says.</summary>
    Implied = 2,

    /// <summary>The provider's answer says so.</summary>
    Proven = 3,
}

/// <summary>One capability of a key, as the last conclusive verify left it.</summary>
[GenerateSerializer, Immutable, Alias("cp.KeyCapability")]
public sealed record KeyCapability([property: Id(0)] Capability Name, [property: Id(1)] CapabilityStatus Status);

/// <summary>Which capability a gate stands for.</summary>
public static class GateCapabilities
{
    /// <summary>Null for a gate that no provider holds.</summary>
    public static Capability? ForGate(string? gate) => gate switch
    {
        GateNames.DataFeeds => Capability.Read,
        GateNames.Broker => Capability.Trade,
        GateNames.Llm => Capability.Infer,
        _ => null,
    };

    public static CapabilityStatus Of(this ImmutableArray<KeyCapability> capabilities, Capability name) =>
        capabilities.IsDefaultOrEmpty ? CapabilityStatus.Unknown : capabilities.FirstOrDefault(c => c.Name == name)?.Status ?? CapabilityStatus.Unknown;
}
