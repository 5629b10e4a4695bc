using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Gates.Policy;

namespace ControlPlane.Grains.Bots;

/// <summary>What the runner must do now, and what it was last told.</summary>
internal sealed partial class BotGrain
{
    /// <summary>The directive in the answer to the lease's last heartbeat; null before the first.</summary>
    private Directive? _directiveHeard;

    /// <summary>Null without a live lease.</summary>
    private Directive? DirectiveNow => LeaseLive ? DirectiveOf(Decide(_gate.Read()).State) : null;

    private BotGateDecision Decide(NodeGateReading gate) => gate.IsLive && !_kill.Engaged
        ? BotGatePolicy.Decide(gate.Snapshot!, Report(), LeaseLive, Live.Armed)
        : new(TradingState.Halted, [], Exits: false);

    private async ValueTask HeardAsync(Directive directive)
    {
        if (_directiveHeard == directive) return;
        _directiveHeard = directive;
        await TellDirectoryAsync();
    }

    private static Directive DirectiveOf(TradingState state) => state switch
    {
        TradingState.Active => Directive.Continue,
        TradingState.Reducing => Directive.Reduce,
        _ => Directive.Halt,
    };
}
