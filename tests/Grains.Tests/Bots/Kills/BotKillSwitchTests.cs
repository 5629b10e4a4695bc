using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots;
using ControlPlane.Grains.Bots.Arming;
using ControlPlane.Grains.Bots.Kills;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Bots.Kills;

public sealed class BotKillSwitchTests
{
    private readonly LiveArming _arming = new(new FakeTimeProvider());
    private readonly BotRecords _store = new();
    private readonly BotKillSwitch _kill;
    private readonly Timer _timer = new();
    private readonly KillWrites _writes;

    public BotKillSwitchTests()
    {
        _kill = new(_arming);
        _writes = new(_store.Record, _kill, _timer.Every);
    }

    [Fact]
    public void Kill_DisarmsLive_AndASecondOneEngagesNothingAnew()
    {
        _arming.Arm("c", 1, TimeSpan.FromMinutes(1), "operator");
        Assert.True(_kill.Take(Order()));
        Assert.False(_arming.For("c", 1).Armed);
        _kill.Heard();
        Assert.False(_kill.Take(Order()));
        Assert.True(_kill.RunnerHeard);
    }

    [Fact]
    public async Task Kill_WhoseWriteFails_IsTriedAgainUntilItIsOnDisk()
    {
        _kill.Take(Order());
        _store.WritesFail = true;
        Assert.False(await _writes.WriteAsync());
        Assert.Equal((true, false), (_kill.Engaged, _kill.Switch.Durable));
        _writes.RetryUntilWritten();
        await _timer.Call!();
        Assert.False(_timer.Disposed);

        _store.WritesFail = false;
        await _timer.Call!();
        Assert.Equal((true, true, true), (_timer.Disposed, _kill.Switch.Durable, _store.Record.State.Kill.Engaged));
    }

    [Fact]
    public async Task Kill_WhileAReleaseIsBeingWritten_IsWrittenAfterIt()
    {
        _kill.Take(Order());
        var row = _kill.BeginRelease();
        Assert.False(await _writes.WriteAsync());
        Assert.False(_store.Record.State.Kill.Engaged);
        _kill.PutRelease(row, new BotState());
        Assert.Equal((true, false), (_kill.Engaged, _kill.Switch.Durable));
        _kill.EndRelease();
        Assert.True(await _writes.WriteAsync());
        Assert.True(_store.Record.State.Kill.Engaged);
    }

    [Fact]
    public void Row_FromBeforeKillsHadTwoLists_IsEngaged()
    {
        var id = Guid.NewGuid();
        _kill.Restore(new BotState { Kill = new(true, "x", "operator", default, true), KillsTaken = [id] });
        Assert.True(_kill.Engaged);
        Assert.Equal([id], _kill.NewestEngaged);
        Assert.False(_kill.IsReleased(id));
    }

    private static KillOrder Order() => new(Guid.NewGuid(), "b1", "x", Caller.System(""), default);

    private sealed class Timer : IDisposable
    {
        public Func<Task>? Call { get; private set; }

        public bool Disposed { get; private set; }

        public IDisposable Every(Func<Task> call)
        {
            Call = call;
            return this;
        }

        public void Dispose() => Disposed = true;
    }
}
