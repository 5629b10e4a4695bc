using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Policy;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Gates.Policy;

namespace ControlPlane.Grains.Bots;

/// <summary>What the runner must do now, and what it was last told.</summary>
internal sealed partial class BotGrain
{
    /// <summary>The directive in the answer to the lease's last heartbeat; null before the first.</summary>
    private Directive? _directiveHeard;

    /// <summary>Null without a live lease.</summary>
    private Directive? DirectiveNow => LeaseLive ? DirectivePolicy.Of(Decide(_gate.Read()).State) : null;

    private BotGateDecision Decide(NodeGateReading gate) => DirectivePolicy.Decide(gate, Report(), LeaseLive, Live.Armed);

    private async ValueTask HeardAsync(Directive directive)
    {
        if (_directiveHeard == directive) return;
        _directiveHeard = directive;
        await TellDirectoryAsync();
    }
}
