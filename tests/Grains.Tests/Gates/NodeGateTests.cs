using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Node;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Gates;

public sealed class NodeGateTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly NodeGate _gate;

    public NodeGateTests() => _gate = new NodeGate(_clock);

    [Fact]
    public void Check_NothingEverHeard_IsClosed()
    {
        Assert.Equal(GateAnswer.Closed, _gate.Check());
        Assert.False(_gate.For("b", 1).Check().MayReduce);
        Assert.False(_gate.Read().IsLive);
    }

    [Fact]
    public void Check_LeaseCountsFromTheMomentOfTheQuestion()
    {
        var sentAt = _clock.GetTimestamp();
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(_gate.Apply(Update(1, 1), sentAt));
        Assert.InRange(_gate.Check().ValidForMs, 900, 1000);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((TradingState.Halted, 0L), (_gate.Check().TradingState, _gate.Check().ValidForMs));
    }

    [Fact]
    public void Check_WallClockJumps_ChangeNothing()
    {
        foreach (var hours in new[] { 24, 1, -1, -24 })
        {
            var clock = new JumpingWallClock();
            var gate = new NodeGate(clock);
            gate.Apply(Update(1, 1), clock.GetTimestamp());
            clock.Jump = TimeSpan.FromHours(hours);
            clock.Monotonic.Advance(TimeSpan.FromSeconds(2.9));
            Assert.True(gate.Check().MayOpen);
            clock.Monotonic.Advance(TimeSpan.FromSeconds(0.2));
            Assert.False(gate.Check().MayReduce);
        }
    }

    [Theory]
    [InlineData(1, 9)]
    [InlineData(2, 4)]
    public void Apply_OlderAnswer_IsIgnored(long epoch, long version)
    {
        _gate.Apply(Update(2, 5, SystemStatus.Blocked), _clock.GetTimestamp());
        Assert.False(_gate.Apply(Update(epoch, version), _clock.GetTimestamp()));
        Assert.False(_gate.Check().MayOpen);
    }

    [Fact]
    public void Apply_NewEpochWithoutTheWholePicture_IsIgnored()
    {
        _gate.Apply(Update(1, 1), _clock.GetTimestamp());
        Assert.False(_gate.Apply(Update(2, 1) with { System = null }, _clock.GetTimestamp()));
        Assert.False(_gate.Apply(Update(2, 1) with { BotsComplete = false }, _clock.GetTimestamp()));
    }

    [Fact]
    public void Close_UntilTheNextAnswer()
    {
        _gate.Apply(Update(1, 1), _clock.GetTimestamp());
        _gate.Close();
        Assert.False(_gate.Check().MayReduce);
        _gate.Apply(Update(1, 1), _clock.GetTimestamp());
        Assert.True(_gate.Check().MayOpen);
    }

    [Fact]
    public void BotGate_FollowsItsLeaseAndTheSystem()
    {
        var bot = _gate.For("b", 7);
        _gate.Apply(Update(1, 1, bots: new BotGateEntry("b", 7, 2000, TradingState.Active, false, [])), _clock.GetTimestamp());
        Assert.True(bot.Check().MayOpen);
        Assert.False(_gate.For("b", 6).Check().MayReduce);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _gate.Apply(Update(1, 2) with { BotsComplete = false }, _clock.GetTimestamp());
        Assert.True(bot.Check().MayOpen);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(bot.Check().MayReduce);
        _gate.Apply(Update(1, 3, bots: new BotGateEntry("b", 7, 0, TradingState.Active, true, [])), _clock.GetTimestamp());
        Assert.Equal([Codes.RunnerDown], bot.Explain().ToArray());
        _gate.Apply(Update(1, 4, SystemStatus.Blocked, new BotGateEntry("b", 7, 9000, TradingState.Active, false, [])), _clock.GetTimestamp());
        Assert.False(bot.Check().MayReduce);
    }

    [Fact]
    public void BotGate_ExitsAndCancels_PassByTheirOwnRules()
    {
        var entry = new BotGateEntry("b", 7, 9_000, TradingState.Halted, false, [Codes.IntegrationVerifyFailed], Exits: true);
        var bot = _gate.For("b", 7);
        void Hear(long version, BotGateEntry heard, SystemStatus status = SystemStatus.Blocked) => _gate.Apply(Update(1, version, status, heard), _clock.GetTimestamp());

        // The system is blocked and the bot halted: exits pass, and cancels for as long as the lease runs.
        Hear(1, entry);
        Assert.True(bot.Check() is { MayOpen: false, MayReduce: true, MayCancel: true, TradingState: TradingState.Halted });
        Assert.False(_gate.For("b", 8).Check() is { MayReduce: true } or { MayCancel: true });

        // A kill that this node was asked for, and one that it has heard of.
        _gate.ForceClosed(new KillOrder(Guid.NewGuid(), "b", "test", new Caller("r", "runner", new string('a', 32)), default));
        Assert.True(bot.Check() is { MayReduce: false, MayCancel: true });
        _gate.Clear("b", heard: true);
        Hear(2, entry with { Exits = false });
        Assert.True(bot.Check() is { MayReduce: false, MayCancel: true });

        // The node's lease runs out: a kill may be there that it does not know of.
        Hear(3, entry);
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.True(bot.Check() is { MayReduce: false, MayCancel: true, ValidForMs: 0, LeaseForMs: 5_000 });
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.False(bot.Check().MayCancel);
    }

    [Fact]
    public void BotGate_WhenLiveEnds_OnlyReduces()
    {
        var bot = _gate.For("b", 7);
        _gate.Apply(Update(1, 1, bots: new BotGateEntry("b", 7, 9_000, TradingState.Active, false, [], Exits: true, OpenForMs: 1_000)), _clock.GetTimestamp());
        Assert.True(bot.Check() is { MayOpen: true, ValidForMs: 1_000 });
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(bot.Check() is { TradingState: TradingState.Reducing, MayReduce: true, ValidForMs: 2_000 });
        Assert.Equal([Codes.LiveNotArmed], bot.Explain().ToArray());
    }

    [Fact]
    public void Check_AllocatesNothing()
    {
        _gate.Apply(Update(1, 1, bots: new BotGateEntry("b", 7, 100_000, TradingState.Active, false, [])), _clock.GetTimestamp());
        var bot = _gate.For("b", 7);
        for (var i = 0; i < 100; i++) _ = (_gate.Check(), bot.Check());
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _gate.Check();
            bot.Check();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private sealed class JumpingWallClock : TimeProvider
    {
        public FakeTimeProvider Monotonic { get; } = new();

        public TimeSpan Jump { get; set; }

        public override long TimestampFrequency => Monotonic.TimestampFrequency;

        public override long GetTimestamp() => Monotonic.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => Monotonic.GetUtcNow() + Jump;
    }

    private static GateUpdate Update(long epoch, long version, SystemStatus status = SystemStatus.Ok, params BotGateEntry[] bots) => new(
        new GatePosition(epoch, version, version),
        3000,
        new GateSnapshot { Epoch = epoch, Version = version, Status = status, TradingState = status == SystemStatus.Blocked ? TradingState.Halted : TradingState.Active },
        true,
        [.. bots]);
}
