using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Activation;
using ControlPlane.Grains.Integrations.Policy;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Integrations.Activation;

public sealed class VerifyTimingTests
{
    private static readonly VerifySchedule s_schedule = new(MinInterval: TimeSpan.FromMinutes(1), Freshness: TimeSpan.FromMinutes(15), Interval: TimeSpan.FromMinutes(5));
    private readonly FakeTimeProvider _time = new();
    private readonly VerifyTiming _timing;

    public VerifyTimingTests() => _timing = new(_time);

    [Fact]
    public void SecretsLoaded_FirstMovedOrOthers_TellsWhatBringsTheVerify()
    {
        _timing.SecretsLoaded(first: true, moved: false);
        Assert.Equal((NextVerify.AtStart, null), (_timing.Next, Due()));
        _timing.SecretsLoaded(first: true, moved: true);
        Assert.Equal((NextVerify.Moved, "moved"), (_timing.Next, Due()));
        _timing.SecretsLoaded(first: false, moved: false);
        Assert.Equal((NextVerify.Now, "secrets_changed"), (_timing.Next, Due()));
        _timing.Started();
        Assert.Null(Due());
    }

    [Fact]
    public void Concluded_Good_IsDueAfterTheIntervalAndNotBefore()
    {
        Conclude(VerifyStatus.Valid);
        Advance(minutes: 4.9);
        Assert.Null(Due());
        Advance(minutes: 0.2);
        Assert.Equal("schedule", Due());
    }

    [Fact]
    public void Concluded_Refused_IsNeverDueByItself()
    {
        _timing.Started();
        Conclude(VerifyStatus.Invalid);
        Advance(minutes: 600);
        Assert.Equal((NextVerify.OnRequest, null, null), (_timing.Next, Due(), _timing.DueAt));
    }

    [Fact]
    public void Concluded_KeepsQuietForTheMinimumInterval_OrTheProvidersWishWhenLonger()
    {
        Conclude(VerifyStatus.Valid);
        Assert.Equal(60, _timing.Quiet.TotalSeconds, 3);
        Conclude(VerifyStatus.Valid, TimeSpan.FromSeconds(20));
        Assert.Equal(60, _timing.Quiet.TotalSeconds, 3);
        Conclude(VerifyStatus.Valid, TimeSpan.FromSeconds(90));
        Assert.Equal(90, _timing.Quiet.TotalSeconds, 3);
    }

    [Fact]
    public void Sooner_IsDueWhenTheMinimumIntervalHasPassed()
    {
        Conclude(VerifyStatus.Valid);
        Assert.True(_timing.Sooner());
        Advance(minutes: 0.9);
        Assert.Null(Due());
        Advance(minutes: 0.2);
        Assert.Equal("failed_calls", Due());
    }

    [Fact]
    public void Sooner_TheVerifyWouldLogIn_WaitsForItsOwnTime()
    {
        Conclude(VerifyStatus.Valid);
        _timing.Sooner();
        Advance(minutes: 2);
        Assert.Null(Due(logsIn: true));
        Assert.Null(Due(logsIn: false));
        Advance(minutes: 3.1);
        Assert.Equal("schedule", Due(logsIn: true));
    }

    [Fact]
    public void Sooner_NothingIsScheduled_ChangesNothing()
    {
        _timing.Started();
        Assert.False(_timing.Sooner());
        Assert.Equal(NextVerify.OnRequest, _timing.Next);
    }

    [Fact]
    public void HostSlept_IsDueAtOnce_WithoutTheMinimumInterval()
    {
        Conclude(VerifyStatus.Valid);
        _timing.HostSlept();
        Assert.Equal("host_suspended", Due());
        Assert.True(_timing.Quiet <= TimeSpan.Zero);
    }

    [Fact]
    public void HostSlept_TheProviderAskedToBeLeftAlone_IsDueAfterThat()
    {
        Conclude(VerifyStatus.Valid, TimeSpan.FromMinutes(3));
        _timing.HostSlept();
        Assert.Null(Due());
        Assert.Equal(3, _timing.Quiet.TotalMinutes, 3);
        Advance(minutes: 3.1);
        Assert.Equal("host_suspended", Due());
    }

    [Fact]
    public void TestCallMade_WithALogin_KeepsBothQuiet_AndWithoutOneNeither()
    {
        _timing.TestCallMade(_time.GetTimestamp(), null, minInterval: null);
        Assert.True(_timing.TestCallWait(session: true) <= TimeSpan.Zero);
        _timing.TestCallMade(_time.GetTimestamp(), null, minInterval: TimeSpan.FromMinutes(1));
        Assert.Equal(60, _timing.TestCallWait(session: true).TotalSeconds, 3);
        Assert.Equal(60, _timing.Quiet.TotalSeconds, 3);
        Assert.True(_timing.TestCallWait(session: false) <= TimeSpan.Zero);
    }

    [Fact]
    public void TestCallMade_TheProvidersWish_IsNotShortenedByALaterOne()
    {
        _timing.TestCallMade(_time.GetTimestamp(), TimeSpan.FromMinutes(3), minInterval: null);
        _timing.TestCallMade(_time.GetTimestamp(), TimeSpan.FromSeconds(5), minInterval: null);
        Assert.Equal(3, _timing.TestCallWait(session: false).TotalMinutes, 3);
    }

    private string? Due(bool logsIn = false) => _timing.Due(() => logsIn);

    private void Advance(double minutes) => _time.Advance(TimeSpan.FromMinutes(minutes));

    private void Conclude(VerifyStatus status, TimeSpan? retryAfter = null) => _timing.Concluded(
        s_schedule, VerdictRecord.None with { Conclusive = status, Last = status }, retryAfter, _time.GetTimestamp(), _time.GetUtcNow(), jitter: 0);
}
