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
    private long _full;
    private long _shutdown;
    private long _invalid;
    private readonly Counter<long> _retries;

    public UsageSenderMetrics(Func<int> buffered)
    {
        _logged = _meter.CreateCounter<long>("controlplane.usage.client.logged", "{event}", "Calls to providers that were handed over to be recorded.");
        _committed = _meter.CreateCounter<long>("controlplane.usage.client.committed", "{event}", "Recorded calls that are on disk.");
        _refused = _meter.CreateCounter<long>("controlplane.usage.client.refused", "{event}", "Recorded calls that the control plane did not take for their content.");

        // Observed, so that 0 is shown from the start: that nothing was dropped is worth knowing.
        _meter.CreateObservableCounter("controlplane.usage.client.dropped", Drops, "{event}", "Recorded calls that were lost before they could be committed.");
        _retries = _meter.CreateCounter<long>("controlplane.usage.client.retries", "{try}", "Times that a batch of recorded calls had to be sent again.");
        _meter.CreateObservableGauge("controlplane.usage.client.buffered", buffered, "{event}", "Recorded calls that are not committed yet.");
    }

    public void Logged() => _logged.Add(1);

    public void Committed(int events) => _committed.Add(events);

    public void Refused(int events) => _refused.Add(events);

    public void DroppedFull() => Interlocked.Increment(ref _full);

    public void DroppedAtEnd(int events) => Interlocked.Add(ref _shutdown, events);

    public void DroppedInvalid() => Interlocked.Increment(ref _invalid);

    public void Retried() => _retries.Add(1);

    public void Dispose() => _meter.Dispose();

    private Measurement<long>[] Drops() =>
    [
        new(Interlocked.Read(ref _full), new KeyValuePair<string, object?>("reason", "full")),
        new(Interlocked.Read(ref _shutdown), new KeyValuePair<string, object?>("reason", "shutdown")),
        new(Interlocked.Read(ref _invalid), new KeyValuePair<string, object?>("reason", "invalid")),
    ];
}
