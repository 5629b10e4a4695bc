using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.SampleBots.Tests.Running;

/// <summary>A gate that the test turns.</summary>
internal sealed class FakeGate : IGate, IBotGate
{
    public TradingState State { get; set; } = TradingState.Active;

    public GateAnswer Check() => new(State, 1, 7, 3_000, MayReduce: State != TradingState.Halted, LeaseForMs: 20_000);

    public IBotGate For(string botId, long leaseEpoch) => this;

    public ImmutableArray<string> Explain() => State == TradingState.Active ? [] : [Codes.IntegrationVerifyInconclusive];
}
