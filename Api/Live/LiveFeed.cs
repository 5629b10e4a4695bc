using ControlPlane.Api.Cluster;
using ControlPlane.Api.Gates;
using ControlPlane.Grains.Gates.Node;

namespace ControlPlane.Api.Live;

/// <summary>This node's one reader of the cluster for all its live clients. The gate publishes its changes. The change feed names providers and bots
/// that changed. A round every second finds changes that were not announced. Without clients the feed pauses.</summary>
internal sealed partial class LiveFeed : BackgroundService
{
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(1);
    private readonly IGrainFactory _grains;
    private readonly LiveReader _reader;
    private readonly NodeGate _gate;
    private readonly LiveSystem _system;
    private readonly LiveRows _rows;
    private readonly LiveSubscribers _subscribers;
    private readonly LiveTimes _times;
    private readonly LagCompensatedClock _kept;
    private readonly ReadYourWritesVersion _horizon;
    private readonly TimeProvider _time;
    private readonly ILogger<LiveFeed> _logger;
    private readonly CancellationTokenRegistration _onStopping;

    public LiveFeed(
        IGrainFactory grains,
        LiveReader reader,
        NodeGate gate,
        LiveSystem system,
        LiveRows rows,
        LiveSubscribers subscribers,
        LiveTimes times,
        LagCompensatedClock kept,
        ReadYourWritesVersion horizon,
        TimeProvider time,
        IHostApplicationLifetime lifetime,
        ILogger<LiveFeed> logger)
    {
        _grains = grains;
        _reader = reader;
        _gate = gate;
        _system = system;
        _rows = rows;
        _subscribers = subscribers;
        _times = times;
        _kept = kept;
        _horizon = horizon;
        _time = time;
        _logger = logger;
        _gate.Changed += OnGateChanged;

        // Open connections would delay the stop until its timeout.
        _onStopping = lifetime.ApplicationStopping.Register(_subscribers.EndAll);
    }

    public override void Dispose()
    {
        _gate.Changed -= OnGateChanged;
        _onStopping.Dispose();
        _oneRound.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            await Task.WhenAll(_kept.TickAsync(stoppingToken), TickAsync(stoppingToken), RoundsAsync(stoppingToken), NoticesAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process is stopping.
        }
    }

    /// <summary>Wakes the readers. From now on no cached read may be older than what they get.</summary>
    private void PublishAll()
    {
        _horizon.Move();
        _subscribers.WakeAll();
    }

    private void OnGateChanged()
    {
        if (_subscribers.Count == 0) return;
        ThreadPool.UnsafeQueueUserWorkItem(static feed => feed.TellGate(), this, preferLocal: false);
    }

    private void TellGate()
    {
        if (_system.Look()) PublishAll();

        // The readiness of bots depends on the gate.
        RoundSoon();
    }

    /// <summary>Timed work: the end of the lease, delayed rows, heartbeats, and readers that take nothing.</summary>
    private async Task TickAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await _subscribers.AnyAsync(stoppingToken);
            await Task.Delay(LiveTimes.Tick, _time, stoppingToken);
            try
            {
                var told = _system.Look();
                if (_rows.PublishDue() || told) PublishAll();
                foreach (var subscriber in _subscribers.All()) await subscriber.TickAsync(_times, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(_logger, "tick", e);
            }
        }
    }

    [LoggerMessage(EventId = EventIds.LiveFeedFailed, Level = LogLevel.Error, Message = "The live feed's {Part} failed.")]
    private static partial void LogFailed(ILogger logger, string part, Exception exception);
}
