using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Kills;
using ControlPlane.Grains.Bots.Policy;

namespace ControlPlane.Grains.Bots.Leases;

/// <summary>Renews the lease with each heartbeat, under HALT too, and tells the runner what it must do.</summary>
internal sealed class LeaseRenewal(BotContext bot, RunnerLease lease, BotKillSwitch kill, BotStatus standing, BotReporter reporter)
{
    public async Task<HeartbeatAnswer> HeartbeatAsync(string runnerId, long epoch)
    {
        var receivedAt = bot.Time.GetTimestamp();
        var gate = bot.Gate();
        var (trading, status) = StartPolicy.TradingStateOf(gate);
        HeartbeatAnswer Fenced(string code, string message) => new(code, message, Directive.Halt, null, TradingState.Halted, status, gate.Position);

        if (bot.State.Spec is null) return Fenced(Codes.UnknownBot, "No such bot is registered.");
        if (lease.WhyFenced(runnerId, epoch) is { } why) return Fenced(Codes.LeaseFenced, why);
        if (lease.IsFencedBy(gate))
        {
            lease.Void();
            await reporter.PublishAsync();
            return Fenced(Codes.LeaseFenced, "The system's kill switch was released after this lease was granted; start again.");
        }

        var alive = lease.Renew(receivedAt, gate.Position);
        kill.Heard();
        await reporter.PublishAsync();
        if (alive) BotLog.LogAlive(bot.Logger, bot.Id, epoch);

        // A change during the reports wins.
        gate = bot.Gate();
        if (epoch != bot.State.LeaseEpoch || !lease.IsLive || lease.IsFencedBy(gate)) return Fenced(Codes.LeaseFenced, "This lease is not the current one.");
        (trading, status) = StartPolicy.TradingStateOf(gate);
        var (own, _, exits) = standing.Decide(gate);
        var directive = DirectivePolicy.Of(own);
        await HeardAsync(directive);
        return new(null, null, directive, bot.Limits.Runners.Terms, own < trading ? own : trading, status, gate.Position, exits);
    }

    /// <summary>Goes on with the lease that another silo, or an earlier process, has kept, for the time that this node knows to be left.</summary>
    public bool TryResume()
    {
        var left = bot.Services.Node.Leases.Left(bot.Id, bot.State.LeaseEpoch);
        if (!lease.TryResume(left)) return false;
        BotLog.LogResumed(bot.Logger, bot.Id, bot.State.LeaseEpoch, (long)left.TotalMilliseconds);
        return true;
    }

    /// <summary>Reports a live lease to the gate, unless this activation of the gate has it already.</summary>
    public Task ReportAsync(long gateEpoch) => lease.IsLive && reporter.PublishedEpoch < gateEpoch ? reporter.PublishToGateAsync() : Task.CompletedTask;

    private async ValueTask HeardAsync(Directive directive)
    {
        if (lease.DirectiveHeard == directive) return;
        lease.DirectiveHeard = directive;
        await reporter.PublishToDirectoryAsync();
    }
}
