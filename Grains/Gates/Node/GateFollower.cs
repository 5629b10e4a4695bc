using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Agreement;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Grains.Gates.Node;

/// <summary>The loop that keeps this node's gate: one request after the other, each held by the gate for a moment.
/// It runs on its own, so that nothing a node does can look like a lost gate.</summary>
internal sealed partial class GateFollower(
    IGrainFactory grains,
    NodeGate gate,
    NodeIdentity node,
    NodeConfiguration configuration,
    TimeProvider time,
    IOptions<GateOptions> options,
    ILogger<GateFollower> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The silo calls back into this process at once; never hold up the start of the other services.
        await Task.Yield();
        var system = grains.GetGrain<ISystemGateGrain>(0);
        var failed = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var sentAt = time.GetTimestamp();
                var request = new GateFollowRequest(node.Name, gate.Read().Position, (int)options.Value.Hold.TotalMilliseconds, configuration.Text);
                var update = await system.WaitForChange(request).WaitAsync(options.Value.Lease, time, stoppingToken);
                if (update.Refusal != GateRefusal.None)
                {
                    if (gate.Read().Refusal != update.Refusal) LogRefused(logger, update.Refusal);
                    gate.Refuse(update.Refusal);
                    await Task.Delay(TimeSpan.FromMilliseconds(500), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
                else if (!gate.Apply(update, sentAt))
                {
                    // An activation that has been replaced still answers; its successor will.
                    LogIgnored(logger, update.Position.Epoch, update.Position.Version);
                    await Task.Delay(TimeSpan.FromMilliseconds(100), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                if (failed) LogRecovered(logger);
                failed = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                // Nothing to do but ask again: the lease runs out by itself.
                if (!failed) LogLost(logger, e.GetType().Name);
                failed = true;
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        gate.Close();
    }

    [LoggerMessage(1001, LogLevel.Warning, "The gate does not answer ({ExceptionType}); this node closes when its lease ends.")]
    private static partial void LogLost(ILogger logger, string exceptionType);

    [LoggerMessage(1002, LogLevel.Information, "The gate answers again.")]
    private static partial void LogRecovered(ILogger logger);

    [LoggerMessage(1004, LogLevel.Error, "The gate does not take this node ({Refusal}): it runs another version or configuration, and stays closed until they agree.")]
    private static partial void LogRefused(ILogger logger, GateRefusal refusal);

    [LoggerMessage(1003, LogLevel.Warning, "Ignored an older answer of the gate: epoch {Epoch}, version {Version}.")]
    private static partial void LogIgnored(ILogger logger, long epoch, long version);
}

/// <summary>This node's name among all nodes, unique to this process.</summary>
public sealed record NodeIdentity(string Name)
{
    public static NodeIdentity Create() => new($"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}");
}
