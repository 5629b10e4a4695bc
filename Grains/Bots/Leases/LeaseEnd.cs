using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Runners;

namespace ControlPlane.Grains.Bots.Leases;

/// <summary>The end of a lease: by an orderly stop, by its expiry, or because something overtook its grant.</summary>
internal sealed class LeaseEnd(BotContext bot, RunnerLease lease, PositionHolding holding, BotHistory history, BotStatus standing, BotReporter reporter)
{
    public async Task<BotAnswer> StopAsync(string runnerId, long epoch)
    {
        if (bot.State.Spec is null) return BotAnswers.UnknownBot();

        // A late stop still shows that no runner works under this lease. The loss is settled.
        if (epoch != bot.State.LeaseEpoch || runnerId != bot.State.RunnerId || !bot.State.RunnerWatched) return BotAnswers.Done(standing.View());
        await EndAsync(RunnerState.Stopped);
        return BotAnswers.Done(standing.View());
    }

    /// <summary>Records that the lease ran out or that a start never came alive. Returns whether it was so.</summary>
    public async Task<bool> ExpireAsync()
    {
        if (bot.State.Spec is null || lease.Expiry() is not { } state) return false;
        BotLog.LogExpired(bot.Logger, bot.Id, bot.State.LeaseEpoch, state == RunnerState.StartTimedOut);
        await EndAsync(state);
        return true;
    }

    /// <summary>Ends the lease at once, then writes it, then publishes it.</summary>
    public async Task EndAsync(RunnerState state)
    {
        var was = lease.Current;
        var lost = state != RunnerState.Stopped;
        if (lost) lease.Heartbeats.Miss();
        lease.End(state);
        var held = lost && await holding.MayHoldAsync();
        await bot.TryWriteAsync(s => lease.PutEnd(s, state, held));
        if (lost) RunnerMetrics.Lost();
        if (lost) history.RecordRunner(was, state, Codes.RunnerLost, state == RunnerState.StartTimedOut ? "The runner never came alive." : "The runner's lease ran out without a stop.", null);
        await reporter.PublishAsync();
    }
}
