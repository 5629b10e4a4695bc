using System.Diagnostics.Metrics;
using ControlPlane.Api.Stores;

namespace ControlPlane.Api.Telemetry;

/// <summary>Whether the store answers, on the meter <c>ControlPlane.Store</c>; asked when metrics are.</summary>
internal sealed class StoreMetrics : IDisposable
{
    private readonly Meter _meter = new("ControlPlane.Store");
    private readonly StoreReadiness _health;
    private volatile bool _answers;

    public StoreMetrics(StoreReadiness health)
    {
        _health = health;
        _meter.CreateObservableGauge("controlplane.store.up", () => _answers ? 1 : 0, null, "1 when the store answered within a second, else 0.");
    }

    public async Task AskAsync(CancellationToken cancellationToken) => _answers = await _health.AnswersAsync(cancellationToken);

    public void Dispose() => _meter.Dispose();
}
