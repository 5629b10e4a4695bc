using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.SampleBots.Running;

/// <summary>May the bot act now? Yes only if its lease runs, the last heartbeat was not told otherwise, and this node's gate says so.
/// To be asked before every side effect and after every await: it costs nothing.</summary>
internal sealed class BotPermit(IGate gate, string botId)
{
    private IBotGate? _gate;
    private Directive _directive;
    private bool _exits;
    private string _closedBy = Codes.RunnerDown;

    public RunnerLease? Lease { get; private set; }

    /// <summary>True while the lease runs, as the bot and its node know: reads pass the gateway then, whatever the gate says.</summary>
    public bool MayRead => _gate is not null && Lease is { MayAct: true } && _gate.Check().LeaseForMs > 0;

    /// <summary>True when an order may be taken back: a cancel needs what a read needs.</summary>
    public bool MayCancel => MayRead;

    public GateAnswer Check()
    {
        if (_gate is null || Lease is not { MayAct: true }) return GateAnswer.Closed;
        var answer = _gate.Check();
        var told = _directive switch { Directive.Continue => TradingState.Active, Directive.Reduce => TradingState.Reducing, _ => TradingState.Halted };
        return answer with { TradingState = answer.TradingState <= told ? answer.TradingState : told, MayReduce = answer.MayReduce && _exits };
    }

    /// <summary>Why it may not, as reasons of a no-trade.</summary>
    public ImmutableArray<NoTradeReason> Explain()
    {
        var codes = _gate is null ? [_closedBy] : Lease is { MayAct: true } ? _gate.Explain() : [Codes.LeaseFenced];
        var detail = codes.IsDefaultOrEmpty ? $"{Check().TradingState}" : string.Join(", ", codes);
        return [new NoTradeReason(NoTradeCodes.GateBlocked, "gate", null, null, detail)];
    }

    public void Granted(RunnerLease lease)
    {
        Lease = lease;
        _gate = gate.For(botId, lease.Epoch);
        (_directive, _exits) = (Directive.Continue, true);
    }

    public void Told(Directive directive, bool exits) => (_directive, _exits) = (directive, exits);

    /// <summary>No lease, and the code that says why.</summary>
    public void Closed(string code) => (Lease, _gate, _directive, _exits, _closedBy) = (null, null, Directive.Halt, false, code);
}
