using ControlPlane.Api.Cluster;
using ControlPlane.Api.Gates;
using ControlPlane.Grains.Gates.Node;

namespace ControlPlane.Api.Live;

/// <summary>This node's one reader of the cluster for everybody who watches: the gate tells by itself, the board of changes tells what to look at,
/// and a round of every second finds what nobody told. It rests while nobody watches.</summary>
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
    private readonly KeptTime _kept;
    private readonly ReadHorizon _horizon;
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
        KeptTime kept,
        ReadHorizon horizon,
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

        // Open connections would hold the stop until its time is over.
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

    /// <summary>Wakes the readers. What they are told now, nobody who then asks is told less of.</summary>
    private void TellAll()
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
        if (_system.Look()) TellAll();

        // What bots may do follows from the gate.
        RoundSoon();
    }

    /// <summary>What is due by time: the end of the lease, rows that had to wait, beats, and readers that take nothing.</summary>
    private async Task TickAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await _subscribers.AnyAsync(stoppingToken);
            await Task.Delay(LiveTimes.Tick, _time, stoppingToken);
            try
            {
                var told = _system.Look();
                if (_rows.TellDue() || told) TellAll();
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
