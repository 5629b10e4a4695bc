using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Policy;
using ControlPlane.Grains.Bots.Runners;
using ControlPlane.Grains.Gates.Node;

namespace ControlPlane.Grains.Bots.Leases;

/// <summary>What a start is evaluated by.</summary>
internal sealed class StartEvaluator(BotContext bot, BotStatus standing, PositionHolding holding)
{
    /// <summary>A start that only reduces is not denied by what bars opening alone to a bot that holds a position, or may.</summary>
    public async Task<BotReadiness> ReadinessAsync(RunnerStart start, TradingMode asked, NodeGateReading gate)
    {
        var readiness = standing.Readiness(gate, StartPolicy.EvaluatedMode(start, asked, bot.State.Spec!.Mode));
        return start.ReduceOnly && readiness.Status == SystemStatus.Blocked && await holding.MayHoldAsync() ? BotReadinessPolicy.ForExits(readiness) : readiness;
    }
}
