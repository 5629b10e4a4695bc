using ControlPlane.Abstractions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Bots.Leases;

/// <summary>Keeps this node's copies of leases on disk. When the gate has moved, it makes their bots report to it, so that none waits for its
/// runner's next heartbeat.</summary>
internal sealed partial class LeaseKeeper(LeaseMemory memory, IGrainFactory grains, TimeProvider time, ILogger<LeaseKeeper> logger, ILeaseFile? file = null) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    /// <summary>Bots that are asked at a time: each of them may have to be read from the store.</summary>
    private const int AtATime = 32;

    private long _kept = -1;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        memory.GateMoved += Report;
        if (memory.GateEpoch is > 0 and var heardBefore) Report(heardBefore);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await Task.Delay(s_every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                Keep();
            }
        }
        finally
        {
            memory.GateMoved -= Report;
        }
    }

    private void Keep()
    {
        var changes = memory.Changes;
        if (file is null || changes == _kept) return;
        file.Write(memory.Live());
        _kept = changes;
    }

    private void Report(long gateEpoch) => _ = Task.Run(() => ReportAsync(gateEpoch));

    private async Task ReportAsync(long gateEpoch)
    {
        try
        {
            await Parallel.ForEachAsync(memory.Live(), new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (lease, _) => await ReportAsync(lease.BotId, gateEpoch));
        }
        catch (Exception e)
        {
            LogNotReported(logger, gateEpoch, e);
        }
    }

    private async Task ReportAsync(string botId, long gateEpoch)
    {
        try
        {
            await grains.GetGrain<IBotLeaseGrain>(botId).ReportLease(gateEpoch);
        }
        catch (Exception e)
        {
            // Its runner's next heartbeat does the same.
            LogNotReported(logger, gateEpoch, e);
        }
    }

    [LoggerMessage(EventIds.LeaseKeeperNotReported, LogLevel.Warning, "A bot did not report its lease to the gate of epoch {GateEpoch}; it does with its next heartbeat.")]
    private static partial void LogNotReported(ILogger logger, long gateEpoch, Exception exception);
}
