using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Leases;
using ControlPlane.Grains.Gates;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Bots.Leases;

public sealed class RunnerLeaseTests
{
    private static readonly LeaseGrant s_grant = new(7, TradingMode.Paper, false);
    private readonly FakeTimeProvider _clock = new();
    private readonly BotRecords _store = new();
    private readonly RunnerLease _lease;

    public RunnerLeaseTests() => _lease = new(_store.Record, new RunnerOptions(), _clock);

    [Fact]
    public async Task Start_WithoutAHeartbeat_TimesOut_WithOne_IsLostWithItsLease()
    {
        await Grant();
        Pass(29);
        Assert.Null(_lease.Expiry());
        Pass(1);
        Assert.Equal(RunnerState.StartTimedOut, _lease.Expiry());

        await Grant();
        Assert.True(_lease.Renew(_clock.GetTimestamp(), default));
        Pass(29);
        Assert.Equal((RunnerState.Running, null), (_lease.Current, _lease.Expiry()));
        Pass(1);
        Assert.Equal((RunnerState.Lost, RunnerState.Lost), (_lease.Current, _lease.Expiry()));
        Assert.NotNull(_lease.WhyFenced("r1", _store.Record.State.LeaseEpoch));
    }

    [Fact]
    public async Task Grant_AfterTheClockWasSetBack_HasALargerEpochAllTheSame()
    {
        await Grant();
        var epoch = _store.Record.State.LeaseEpoch;
        _store.Record.State.LeaseEpoch = epoch + 1_000_000;
        await Grant();
        Assert.Equal(epoch + 1_000_001, _store.Record.State.LeaseEpoch);
        Assert.NotNull(_lease.WhyFenced("r1", epoch));
        Assert.NotNull(_lease.WhyFenced("r2", epoch + 1_000_001));
        Assert.Null(_lease.WhyFenced("r1", epoch + 1_000_001));
    }

    [Fact]
    public void LeaseFromBeforeTheActivation_KeepsOthersOut_UntilItMustHaveEnded()
    {
        (_store.Record.State.LeaseHeld, _store.Record.State.RunnerId) = (true, "r1");
        _lease.AwaitEarlierHolder();
        Assert.True(_lease.HeldByAnother("r2"));
        Assert.False(_lease.HeldByAnother("r1"));
        Assert.Null(_lease.Expiry());
        Pass(30);
        Assert.False(_lease.HeldByAnother("r2"));
        Assert.Equal(RunnerState.Lost, _lease.Expiry());
    }

    [Fact]
    public void Resume_HoldsForWhatIsLeft_ALeaseAtMost()
    {
        Assert.False(_lease.TryResume(TimeSpan.FromSeconds(5)));
        _store.Record.State.LeaseHeld = true;
        Assert.False(_lease.TryResume(TimeSpan.Zero));
        Assert.True(_lease.TryResume(TimeSpan.FromHours(1)));
        Assert.Equal(30, _lease.Left.TotalSeconds, 3);
    }

    [Fact]
    public async Task Release_VoidsTheLease_OnDiskAndInMemory()
    {
        await Grant();
        var epoch = _store.Record.State.LeaseEpoch;
        await _store.Record.TryWriteAsync(_lease.PutEndWithRelease);
        _lease.EndWithRelease();
        Assert.False(_lease.IsLive);
        Assert.True(_store.Record.State.LeaseEpoch > epoch);
        Assert.Equal((false, RunnerState.Stopped), (_store.Record.State.LeaseHeld, _lease.Current));
    }

    [Fact]
    public async Task Heartbeat_AfterTheRunnerShouldHaveStopped_CountsAsMissed()
    {
        await Grant();
        Pass(20);
        _lease.Renew(_clock.GetTimestamp(), default);
        Pass(21);
        _lease.Renew(_clock.GetTimestamp(), default);
        Assert.Equal((1, 1), (_lease.Heartbeats.Kept, _lease.Heartbeats.Missed));
    }

    private async Task Grant()
    {
        Assert.True(await _store.Record.TryWriteAsync(s => _lease.PutGrant(s, "r1", s_grant)));
        _lease.Begin(s_grant, _clock.GetTimestamp());
    }

    private void Pass(int seconds) => _clock.Advance(TimeSpan.FromSeconds(seconds));
}
