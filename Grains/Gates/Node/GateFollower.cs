using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Agreement;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace ControlPlane.Grains.Gates.Node;

/// <summary>The loop that keeps this node's gate: one request after the other, each held by the gate for a moment.
/// It runs on its own, so that nothing a node does can look like a lost gate. An overdue request may have been lost with a silo. A second one is sent
/// in parallel, since the lease may end before the first times out.</summary>
internal sealed partial class GateFollower(
    IGrainFactory grains,
    NodeGate gate,
    NodeIdentity node,
    NodeAgreement agreement,
    TimeProvider time,
    IOptions<GateOptions> options,
    IHostClock clock,
    IEnumerable<IGateListener> listeners,
    ILogger<GateFollower> logger,
    StoreWitness? witness = null) : BackgroundService
{
    private const int MaxPending = 4;
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(100);

    /// <summary>How long after its hold time an answer is overdue.</summary>
    private static readonly TimeSpan s_overdue = TimeSpan.FromMilliseconds(100);

    private readonly List<(Task<GateUpdate> Answer, long SentAt, HostMoment AskedAt)> _pending = [];
    private bool _failed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The silo calls back into this process at once; never delay the start of the other services.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (_pending.Count < MaxPending) Ask();
                await Task.WhenAny([.. _pending.Select(request => request.Answer), Task.Delay(options.Value.Hold + s_overdue, time, stoppingToken)]);
                if (_pending.FindIndex(request => request.Answer.IsCompleted) is >= 0 and var index)
                {
                    var (answer, sentAt, askedAt) = _pending[index];
                    _pending.RemoveAt(index);
                    await TakeOverAsync(await answer, sentAt, askedAt, stoppingToken);
                    if (_failed) LogRecovered(logger);
                    _failed = false;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                // Nothing to do but ask again: the lease runs out by itself.
                if (!_failed) LogLost(logger, e);
                var again = _failed;
                _failed = true;

                // A silo that is known to be dead has broken the call: its successor is asked at once, the first time.
                if (again || e is not SiloUnavailableException) await Pause(s_retry, stoppingToken);
            }
        }

        gate.Close();
    }

    private void Ask()
    {
        var askedAt = clock.Read();
        var sentAt = time.GetTimestamp();
        var request = new GateFollowRequest(node.Name, gate.Read().Position, (int)options.Value.Hold.TotalMilliseconds, agreement.Text) { Store = witness?.Knowledge, HostsGrains = node.HostsGrains };
        _pending.Add((grains.GetGrain<ISystemGateGrain>(0).WaitForChange(request).WaitAsync(options.Value.Lease, time), sentAt, askedAt));
    }

    private async Task TakeOverAsync(GateUpdate update, long sentAt, HostMoment askedAt, CancellationToken stoppingToken)
    {
        if (update.Refusal != GateRefusal.None)
        {
            if (gate.Read().Refusal != update.Refusal) LogRefused(logger, update.Refusal);
            gate.Refuse(update.Refusal);
            await Pause(TimeSpan.FromMilliseconds(500), stoppingToken);
        }
        else if (update.System is { } decision && witness?.Contradicts(decision) == true)
        {
            // The gate learns it with the next request, and closes for all nodes.
            gate.Close();
        }
        else if (gate.Apply(update, sentAt))
        {
            if (update.System is { } heard) witness?.Heard(heard);
            foreach (var listener in listeners) listener.Heard(update, askedAt);

            // The others are overdue, and know no more than this one.
            foreach (var (answer, _, _) in _pending) _ = answer.ContinueWith(static lost => lost.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            _pending.Clear();
        }
        else
        {
            // An activation that has been replaced still answers; its successor will.
            LogIgnored(logger, update.Position.Epoch, update.Position.Version);
            await Pause(s_retry, stoppingToken);
        }
    }

    private async Task Pause(TimeSpan pause, CancellationToken stoppingToken) =>
        await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    [LoggerMessage(EventIds.GateFollowerLost, LogLevel.Warning, "The gate does not answer; this node closes when its lease ends.")]
    private static partial void LogLost(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.GateFollowerRecovered, LogLevel.Information, "The gate answers again.")]
    private static partial void LogRecovered(ILogger logger);

    [LoggerMessage(EventIds.GateFollowerRefused, LogLevel.Error, "The gate refuses this node ({Refusal}): it has another version, configuration or access tokens. It stays closed until they agree.")]
    private static partial void LogRefused(ILogger logger, GateRefusal refusal);

    [LoggerMessage(EventIds.GateFollowerIgnored, LogLevel.Warning, "Ignored an older answer of the gate: epoch {Epoch}, version {Version}.")]
    private static partial void LogIgnored(ILogger logger, long epoch, long version);
}

/// <summary>This node's name among all nodes, unique to this process.</summary>
public sealed record NodeIdentity(string Name)
{
    /// <summary>False for a node that only follows, such as a front end.</summary>
    public bool HostsGrains { get; init; }

    public static NodeIdentity Create(bool hostsGrains) => new($"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}") { HostsGrains = hostsGrains };
}
