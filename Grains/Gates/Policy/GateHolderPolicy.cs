using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Policy;

/// <summary>Whether a provider's key can do what a gate stands for.</summary>
internal static class GateHolderPolicy
{
    /// <summary>Providers of the gate's category may be unknown; one of another category that policy names must be known to have the right.</summary>
    public static bool CanDo(ProviderInput provider, string gate)
    {
        if (GateCapabilities.ForGate(gate) is not { } need || provider.Evidence is not { } evidence) return false;
        var status = evidence.Capabilities.Of(need);
        return status is CapabilityStatus.Proven or CapabilityStatus.Implied || (status == CapabilityStatus.Unknown && provider.Gate == gate);
    }

    /// <summary>Good evidence of a key that lacks what the gate stands for.</summary>
    public static bool IsLimited(ProviderInput provider, string gate) => provider.IsGood && !CanDo(provider, gate);

    /// <summary>The item that opens when the provider has been able to hold the gate for long enough.</summary>
    public static string Item(string gate, string provider) => $"gate/{gate}/{provider}";
}
