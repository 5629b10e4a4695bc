using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Gates.Policy;

namespace ControlPlane.Grains.Bots.Policy;

/// <summary>What a runner must do, from the node's gate and what its bot has reported.</summary>
internal static class DirectivePolicy
{
    public static BotGateDecision Decide(NodeGateReading gate, BotGateReport bot, bool leaseLive, bool armedLive) => gate.IsLive && !bot.Killed
        ? BotGatePolicy.Decide(gate.Snapshot!, bot, leaseLive, armedLive)
        : new(TradingState.Halted, [], Exits: false);

    public static Directive Of(TradingState state) => state switch
    {
        TradingState.Active => Directive.Continue,
        TradingState.Reducing => Directive.Reduce,
        _ => Directive.Halt,
    };
}
