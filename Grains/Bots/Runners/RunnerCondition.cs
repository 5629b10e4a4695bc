using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Leases;

namespace ControlPlane.Grains.Bots.Runners;

/// <summary>What is wrong with the bot's runner: one that was lost, one that restarts over and over.</summary>
internal sealed class RunnerCondition(BotRecord record, RunnerLease lease, TimeProvider time)
{
    private StartPace? _pace;

    private StartPace Pace => _pace ??= new(time);

    public bool Lost => lease.Current is RunnerState.Lost or RunnerState.StartTimedOut;

    /// <summary>Since when the bot has held a position, or may have, without a runner; null when it does not.</summary>
    public DateTimeOffset? LostHoldingSince => Lost && record.State.LostHolding ? record.State.RunnerSince ?? record.State.LastHeartbeatAt ?? time.GetUtcNow() : null;

    public RunnerTrouble Trouble()
    {
        var restarting = _pace?.Restarting();
        if (!Lost && restarting is null) return RunnerTrouble.None;
        return new(
            Lost && !record.State.LeaseHeld ? record.State.RunnerSince : null,
            LostHoldingSince is not null,
            Lost && record.State.LeaseHeld,
            (long)(restarting?.For.TotalMilliseconds ?? 0),
            restarting?.TwoAddresses ?? false,
            restarting?.Since);
    }

    /// <summary>Seconds that the start must wait; null when it need not. What only reduces never waits.</summary>
    public int? Wait(RunnerStart start)
    {
        if (start.ReduceOnly || Pace.Wait(start.RunnerId, start.Address) is not { } wait) return null;
        RunnerMetrics.Paced();
        return Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
    }

    /// <param name="underLease">True when the same runner id held a live lease.</param>
    public void Started(RunnerStart start, bool underLease) => Pace.Add(start.RunnerId, start.Address, underLease);
}
