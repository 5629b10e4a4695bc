using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.SampleBots.Tests.Running;

/// <summary>A gate that the test turns.</summary>
internal sealed class FakeGate : IGate, IBotGate
{
    public TradingState State { get; set; } = TradingState.Active;

    /// <summary>Whether exits pass while all is halted, as they do unless a kill is engaged.</summary>
    public bool Exits { get; set; }

    /// <summary>0 for a lease that another runner took.</summary>
    public long LeaseForMs { get; set; } = 20_000;

    public GateAnswer Check() => new(State, 1, 7, 3_000, MayReduce: State != TradingState.Halted || Exits, LeaseForMs);

    public IBotGate For(string botId, long leaseEpoch) => this;

    public ImmutableArray<string> Explain() => State == TradingState.Active ? [] : [Codes.IntegrationVerifyInconclusive];
}
