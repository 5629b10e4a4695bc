using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Leases;

namespace ControlPlane.Grains.Tests.Bots.Leases;

public sealed class LeaseMemoryTests
{
    private readonly SetClock _clock = new();
    private readonly LeaseMemory _memory;

    public LeaseMemoryTests() => _memory = new(_clock);

    [Fact]
    public void Left_OfALeaseThatWasHeard_CountsFromTheQuestion()
    {
        var asked = _clock.Read();
        _clock.Pass(2);
        _memory.Heard(Update(1, complete: true, Lease("b", 7, 30_000)), asked);
        Assert.Equal(TimeSpan.FromSeconds(28), _memory.Left("b", 7));
        _clock.Pass(28);
        Assert.Equal(TimeSpan.Zero, _memory.Left("b", 7));
    }

    [Theory]
    [InlineData("b", 6)]
    [InlineData("b", 8)]
    [InlineData("c", 7)]
    public void Left_OfAnotherEpochOrBot_IsNothing(string bot, long epoch)
    {
        _memory.Heard(Update(1, complete: true, Lease("b", 7, 30_000)), _clock.Read());
        Assert.Equal(TimeSpan.Zero, _memory.Left(bot, epoch));
    }

    [Fact]
    public void Left_AfterTheHostHasSlept_CountsTheSleep()
    {
        _memory.Heard(Update(1, complete: true, Lease("b", 7, 30_000)), _clock.Read());
        _clock.Sleep(29, wall: 0);
        Assert.Equal(TimeSpan.FromSeconds(1), _memory.Left("b", 7));
        _clock.Sleep(2, wall: 0);
        Assert.Equal(TimeSpan.Zero, _memory.Left("b", 7));
    }

    [Fact]
    public void Left_AfterTheWallClockWasSet_NeverGrows()
    {
        _memory.Heard(Update(1, complete: true, Lease("b", 7, 30_000)), _clock.Read());
        _clock.SetWall(-3600);
        Assert.Equal(TimeSpan.FromSeconds(30), _memory.Left("b", 7));
        _clock.SetWall(+7200);
        Assert.Equal(TimeSpan.Zero, _memory.Left("b", 7));
    }

    [Fact]
    public void Heard_TheGateMoved_KeepsWhatTheNewOneDoesNotKnow_AndTellsOnce()
    {
        var told = new List<long>();
        _memory.GateMoved += told.Add;
        _memory.Heard(Update(1, complete: true, Lease("b", 7, 30_000)), _clock.Read());
        _memory.Heard(Update(2, complete: true), _clock.Read());
        Assert.Equal(TimeSpan.FromSeconds(30), _memory.Left("b", 7));
        Assert.Equal([1, 2], told);

        // It may be asked again before the bot has reported to it.
        _memory.Heard(Update(2, complete: true), _clock.Read());
        Assert.Equal(TimeSpan.FromSeconds(30), _memory.Left("b", 7));
        Assert.Equal([1, 2], told);
    }

    [Fact]
    public void Heard_TheGateKnowsALeaseNoMore_ForgetsIt()
    {
        _memory.Heard(Update(1, complete: true, Lease("b", 7, 30_000)), _clock.Read());
        _memory.Heard(Update(2, complete: true), _clock.Read());
        _memory.Heard(Update(2, complete: false, Lease("b", 7, 30_000)), _clock.Read());
        _memory.Heard(Update(2, complete: true), _clock.Read());
        Assert.Equal(TimeSpan.Zero, _memory.Left("b", 7));
    }

    [Theory]
    [InlineData(7, true)]
    [InlineData(8, true)]
    [InlineData(6, false)]
    public void Heard_ALeaseIsGone_ForgetsItAndNoNewerOne(long goneEpoch, bool forgotten)
    {
        _memory.Heard(Update(1, complete: true, Lease("b", 7, 30_000)), _clock.Read());
        _memory.Heard(Update(1, complete: false, Lease("b", goneEpoch, 0)), _clock.Read());
        Assert.Equal(forgotten, _memory.Left("b", 7) == TimeSpan.Zero);
    }

    [Fact]
    public void Create_WithWhatAnEarlierProcessLeft_GoesOn()
    {
        var file = new OneFile { Leases = [new("b", 7, _clock.Read(), TimeSpan.FromSeconds(30))] };
        _clock.Pass(10);
        var memory = new LeaseMemory(_clock, file);
        Assert.Equal(TimeSpan.FromSeconds(20), memory.Left("b", 7));
        Assert.Single(memory.Live());
        _clock.Pass(20);
        Assert.Empty(memory.Live());
    }

    private static GateUpdate Update(long epoch, bool complete, params BotGateEntry[] bots) => new(new GatePosition(epoch, 1, 1), 3_000, null, complete, [.. bots]);

    private static BotGateEntry Lease(string bot, long epoch, long validForMs) => new(bot, epoch, validForMs, TradingState.Active, Gone: validForMs == 0, []);

    private sealed class OneFile : ILeaseFile
    {
        public IReadOnlyList<RememberedLease> Leases { get; init; } = [];

        public IReadOnlyList<RememberedLease> Read() => Leases;

        public void Write(IReadOnlyCollection<RememberedLease> leases)
        {
        }
    }

    private sealed class SetClock : IHostClock
    {
        private HostMoment _now = new(TimeSpan.FromHours(5), TimeSpan.FromDays(20_000), TimeSpan.FromMinutes(3));

        public HostMoment Read() => _now;

        public void Pass(double seconds) => _now = _now with { Monotonic = _now.Monotonic + TimeSpan.FromSeconds(seconds), Wall = _now.Wall + TimeSpan.FromSeconds(seconds) };

        public void Sleep(double seconds, double wall) => _now = _now with { Suspended = _now.Suspended + TimeSpan.FromSeconds(seconds), Wall = _now.Wall + TimeSpan.FromSeconds(wall) };

        public void SetWall(double seconds) => _now = _now with { Wall = _now.Wall + TimeSpan.FromSeconds(seconds) };
    }
}
