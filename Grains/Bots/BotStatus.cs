using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Arming;
using ControlPlane.Grains.Bots.Kills;
using ControlPlane.Grains.Bots.Leases;
using ControlPlane.Grains.Bots.Policy;
using ControlPlane.Grains.Bots.Runners;
using ControlPlane.Grains.Bots.Tiers;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Gates.Policy;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Bots;

/// <summary>Views of the bot's current state, for callers and reports. Read-only.</summary>
internal sealed class BotStatus(BotContext bot, RunnerLease lease, BotKillSwitch kill, LiveState live, BotTier tier, RunnerCondition runner)
{
    private BotState State => bot.State;

    private long Generation => GenerationPolicy.Of(State.Generation, bot.Gate().Snapshot);

    /// <summary>What the runner must do now; null without a live lease.</summary>
    private Directive? Directive => lease.IsLive ? DirectivePolicy.Of(Decide(bot.Gate()).State) : null;

    /// <param name="mode">The mode that is asked for.</param>
    public BotReadiness Readiness(NodeGateReading gate, TradingMode mode)
    {
        var facts = new BotFacts(bot.Id, State.Spec!, tier.Tier, kill.Switch, live.Trading, lease.Current, runner.Trouble());
        return BotReadinessPolicy.Evaluate(facts, gate, mode, bot.Time.GetUtcNow());
    }

    public BotGateDecision Decide(NodeGateReading gate) => DirectivePolicy.Decide(gate, Report(), lease.IsLive, live.Trading.Armed);

    /// <summary>What the bot's orders stand before.</summary>
    public OrderGate OrderGate()
    {
        var gate = bot.Gate();
        var asLive = lease.Mode == TradingMode.Live;
        if (!gate.IsLive) return new(false, kill.Engaged, lease.IsLive, State.LeaseEpoch, asLive, TradingState.Halted, []);
        var (state, codes, _) = BotGatePolicy.Decide(gate.Snapshot!, Report(), lease.IsLive, live.Trading.Armed);
        return new(true, kill.Engaged || gate.Snapshot!.Kill.Engaged, lease.IsLive && !lease.IsFencedBy(gate), State.LeaseEpoch, asLive, state, codes);
    }

    /// <summary>The view without the figures of its traces.</summary>
    public BotView View()
    {
        var readiness = Readiness(bot.Gate(), State.Spec!.Mode);
        return new BotView
        {
            RegisteredAt = State.RegisteredAt,
            BotId = bot.Id,
            Spec = State.Spec,
            Readiness = readiness.Status,
            Blockers = readiness.Blockers,
            PathToOk = readiness.PathToOk,
            Tier = tier.Tier,
            Score = tier.Score,
            Runner = Runner(),
            Kill = kill.Switch,
            Live = live.Trading,
            Generation = Generation,
        };
    }

    /// <summary>Report to the gate.</summary>
    public BotGateReport Report() => new(
        bot.Id,
        bot.Activation,
        bot.NextVersion(),
        State.LeaseEpoch,
        (long)lease.Left.TotalMilliseconds,
        lease.Fence,
        kill.Engaged,
        lease.Mode == TradingMode.Live,
        (long)live.Left.TotalMilliseconds,
        tier.Tier >= BotReadinessPolicy.LiveTier,
        [.. State.Spec?.Requires ?? []],
        lease.HeartbeatSaw,
        State.RunnerId,
        runner.LostHoldingSince,
        lease.ReduceOnly)
    {
        Kill = kill.Engaged ? kill.Switch : null,
        Kills = kill.NewestEngaged,
        ReleasedKills = kill.NewestReleased,
    };

    /// <summary>Report of a registered bot to the directory.</summary>
    public BotDirectoryRow Row(BotSpec spec) => new(
        bot.Id,
        bot.Activation,
        bot.NextVersion(),
        spec,
        tier.Tier,
        Runner(),
        kill.Switch,
        live.Trading,
        (long)lease.Left.TotalMilliseconds,
        (long)lease.StartLeft.TotalMilliseconds,
        tier.Score,
        runner.Trouble(),
        lease.IsLive ? Report() : null,
        Generation)
    {
        RegisteredAt = State.RegisteredAt,
    };

    private RunnerView Runner()
    {
        var state = lease.Current;
        DateTimeOffset? since = state == RunnerState.Running ? lease.RunningSince : state == State.RunnerState ? State.RunnerSince : null;
        return new RunnerView(state, State.RunnerId, State.LeaseEpoch, lease.LastHeartbeatAt ?? State.LastHeartbeatAt, since)
        {
            Directive = Directive,
            Heard = lease.IsLive ? lease.DirectiveHeard : null,
        };
    }
}
