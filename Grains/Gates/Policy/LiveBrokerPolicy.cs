using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Policy;

/// <summary>A bot in mode live needs a broker that was verified in <c>live</c>: keys of a paper account prove nothing about real orders.</summary>
internal static class LiveBrokerPolicy
{
    private const string Broker = "broker";
    private const string Live = "live";

    /// <summary>Among the brokers that the bot requires, or among all where it requires none.</summary>
    public static bool IsVerified(GateSnapshot system, IEnumerable<string> requires) => Candidates(system, requires).Any(IsLive);

    /// <summary>The brokers that count, for people.</summary>
    public static ImmutableArray<ProviderCondition> Candidates(GateSnapshot system, IEnumerable<string> requires)
    {
        var brokers = system.Providers.Values.Where(provider => provider.Category == Broker).OrderBy(provider => provider.Provider, StringComparer.Ordinal).ToImmutableArray();
        var own = brokers.Where(provider => requires.Contains(provider.Provider, StringComparer.Ordinal)).ToImmutableArray();
        return own.IsEmpty ? brokers : own;
    }

    private static bool IsLive(ProviderCondition broker) =>
        broker is { Connected: true, Environment: Live } && broker.Capabilities.Of(Capability.Trade) != CapabilityStatus.Missing;
}
