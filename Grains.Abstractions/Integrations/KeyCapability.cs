using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

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
