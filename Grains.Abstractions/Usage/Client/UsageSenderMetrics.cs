using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ControlPlane.Abstractions;

/// <summary>Counts of the recording side, on the meter <c>ControlPlane.Usage.Client</c>.</summary>
internal sealed class UsageSenderMetrics : IDisposable
{
    public const string MeterName = "ControlPlane.Usage.Client";
    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _logged;
    private readonly Counter<long> _committed;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _retries;

    public UsageSenderMetrics(Func<int> buffered)
    {
        _logged = _meter.CreateCounter<long>("controlplane.usage.client.logged", "{event}", "Calls to providers that were handed over to be recorded.");
        _committed = _meter.CreateCounter<long>("controlplane.usage.client.committed", "{event}", "Recorded calls that are on disk.");
        _refused = _meter.CreateCounter<long>("controlplane.usage.client.refused", "{event}", "Recorded calls that the control plane did not take for their content.");
        _dropped = _meter.CreateCounter<long>("controlplane.usage.client.dropped", "{event}", "Recorded calls that were lost before they could be committed.");
        _retries = _meter.CreateCounter<long>("controlplane.usage.client.retries", "{try}", "Times that a batch of recorded calls had to be sent again.");
        _meter.CreateObservableGauge("controlplane.usage.client.buffered", buffered, "{event}", "Recorded calls that are not committed yet.");
    }

    public void Logged() => _logged.Add(1);

    public void Committed(int events) => _committed.Add(events);

    public void Refused(int events) => _refused.Add(events);

    public void Dropped(int events, string reason) => _dropped.Add(events, new TagList { { "reason", reason } });

    public void Retried() => _retries.Add(1);

    public void Dispose() => _meter.Dispose();
}
