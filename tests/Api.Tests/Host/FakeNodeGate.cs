using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Node;

namespace ControlPlane.Api.Tests.Host;

/// <summary>A node's gate that hears what a test tells it, on a clock that stands still. What acts on the gate gets <see cref="Answer"/>.</summary>
internal sealed class FakeNodeGate : IGate
{
    private const long Lease = 2_870;
    private readonly Clock _clock = new();

    public FakeNodeGate()
    {
        Node = new NodeGate(_clock);
        Hear(Open());
    }

    public static DateTimeOffset Heard { get; } = new(2026, 11, 22, 20, 0, 0, 123, TimeSpan.Zero);

    public NodeGate Node { get; private set; }

    /// <summary>The node hears another decision.</summary>
    public void Hear(GateSnapshot system) => Assert.True(Node.Apply(new GateUpdate(new(system.Epoch, system.Version, 0), Lease, system, BotsComplete: true, []), _clock.GetTimestamp()));

    /// <summary>A node that has just been started.</summary>
    public void ForgetAll() => Node = new NodeGate(_clock);

    /// <summary>The lease's time passes; that raises nothing.</summary>
    public void Left(long milliseconds) => _clock.Pass(TimeSpan.FromMilliseconds(Node.Read().ValidForMs - milliseconds));

    public void RunOut() => Left(0);

    public GateAnswer Answer { get; set; } = new(TradingState.Active, 7, 412, Lease, MayReduce: true, LeaseForMs: 20_000);
    public ImmutableArray<string> Explanation { get; set; } = [];

    /// <summary>Thrown by every read while it is set: what nobody foresaw.</summary>
    public Exception? Failure
    {
        set => _clock.Failure = value;
    }

    public GateAnswer Check() => Answer;

    public IBotGate For(string botId, long leaseEpoch) => new Bot(this);

    public static GateSnapshot Open(long version = 412) => new()
    {
        Epoch = 7,
        Version = version,
        Status = SystemStatus.Ok,
        TradingState = TradingState.Active,
        Gates = [.. GateNames.All.Select(name => new GateCondition(name, GateStatus.True, false, "Healthy", "Fine.", Heard, Heard, Heard, ["polygon"], true))],
    };

    public static GateSnapshot Blocked(long version) => Open(version) with { Status = SystemStatus.Blocked, TradingState = TradingState.Halted };

    private sealed class Bot(FakeNodeGate gate) : IBotGate
    {
        public GateAnswer Check() => gate.Answer;

        public ImmutableArray<string> Explain() => gate.Explanation;
    }

    private sealed class Clock : TimeProvider
    {
        private TimeSpan _passed;

        public Exception? Failure { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time) => _passed += time;

        public override long GetTimestamp() => Failure is { } failure ? throw failure : _passed.Ticks;

        public override DateTimeOffset GetUtcNow() => Heard;
    }
}
