using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Api.Gates;

namespace ControlPlane.Api.Tests.Host;

internal sealed class FakeNodeGate : INodeGate, IGate
{
    public static DateTimeOffset Heard { get; } = new(2026, 11, 22, 20, 0, 0, 123, TimeSpan.Zero);

    private NodeGateReading _reading = new(Open(), 2_870, Heard);

    public event Action? Changed;

    /// <summary>What the node has heard; setting it is hearing it.</summary>
    public NodeGateReading Reading
    {
        get => _reading;
        set
        {
            _reading = value;
            Changed?.Invoke();
        }
    }

    /// <summary>The lease's time passes; that raises nothing.</summary>
    public void Left(long milliseconds) => _reading = _reading with { ValidForMs = milliseconds };

    public void RunOut() => Left(0);

    public GateAnswer Answer { get; set; } = new(TradingState.Active, 7, 412, 2_870, MayReduce: true, LeaseForMs: 20_000);
    public ImmutableArray<string> Explanation { get; set; } = [];

    /// <summary>Thrown by every read while it is set: what nobody foresaw.</summary>
    public Exception? Failure { get; set; }

    public NodeGateReading Read() => Failure is { } failure ? throw failure : Reading;

    public GateAnswer Check() => Answer;

    public IBotGate For(string botId, long leaseEpoch) => new Bot(this);

    public static GateSnapshot Open() => new()
    {
        Epoch = 7,
        Version = 412,
        Status = SystemStatus.Ok,
        TradingState = TradingState.Active,
        Gates = [.. GateNames.All.Select(name => new GateCondition(name, GateStatus.True, false, "Healthy", "Fine.", Heard, Heard, Heard, ["polygon"], true))],
    };

    private sealed class Bot(FakeNodeGate gate) : IBotGate
    {
        public GateAnswer Check() => gate.Answer;

        public ImmutableArray<string> Explain() => gate.Explanation;
    }
}
