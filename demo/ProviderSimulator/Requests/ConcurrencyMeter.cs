using System.Collections.Concurrent;

namespace ControlPlane.ProviderSimulator.Requests;

/// <summary>Counts the requests in flight by provider.</summary>
internal sealed class ConcurrencyMeter
{
    private readonly ConcurrentDictionary<string, ConcurrencyGauge> _gauges = new();

    public ConcurrencyGauge this[string provider] => _gauges.GetValueOrDefault(provider);

    public void Enter(string provider) => _gauges.AddOrUpdate(
        provider,
        static _ => new ConcurrencyGauge(1, 1),
        static (_, gauge) => new ConcurrencyGauge(gauge.Current + 1, Math.Max(gauge.Max, gauge.Current + 1)));

    public void Leave(string provider) => _gauges.AddOrUpdate(
        provider,
        static _ => default,
        static (_, gauge) => gauge with { Current = gauge.Current - 1 });

    /// <summary>Begins the maximum anew from what is in flight.</summary>
    public void Reset()
    {
        foreach (var provider in _gauges.Keys)
            _gauges.AddOrUpdate(provider, static _ => default, static (_, gauge) => gauge with { Max = gauge.Current });
    }

    public IReadOnlyDictionary<string, ConcurrencyGauge> Snapshot() => new SortedDictionary<string, ConcurrencyGauge>(_gauges);
}
