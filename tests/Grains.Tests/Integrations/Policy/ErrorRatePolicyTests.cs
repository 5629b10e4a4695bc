using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Integrations.Policy;

namespace ControlPlane.Grains.Tests.Integrations.Policy;

public sealed class ErrorRatePolicyTests
{
    private static readonly VerifyOptions s_options = new();
    private static readonly ErrorRateAlarm s_alarm = new(10, 20);

    [Theory]
    [InlineData(5, 20, true)]
    [InlineData(19, 19, false)]
    [InlineData(249, 1000, false)]
    [InlineData(0, 0, false)]
    public void Alarm_IsRaisedByEnoughFailuresOfEnoughCalls(long against, long calls, bool raised) =>
        Assert.Equal(raised, ErrorRatePolicy.Next(null, Bot("a", against, calls), s_options) is not null);

    [Theory]
    [InlineData(20, 100, true)]
    [InlineData(15, 100, true)]
    [InlineData(14, 100, false)]
    [InlineData(1, 2, true)]
    [InlineData(0, 0, false)]
    public void Alarm_StandsUntilTheRateIsWellBelow(long against, long calls, bool stands) =>
        Assert.Equal(stands ? s_alarm : null, ErrorRatePolicy.Next(s_alarm, Bot("a", against, calls, okInRow: 19), s_options));

    [Theory]
    [InlineData(249, 20, false)]
    [InlineData(249, 19, true)]
    [InlineData(250, 1000, true)]
    public void Alarm_IsOverBelowWhereItBegan_OnceEnoughCallsInARowWentWell(long against, long okInRow, bool stands) =>
        Assert.Equal(stands ? s_alarm : null, ErrorRatePolicy.Next(s_alarm, Bot("a", against, 1_000, okInRow), s_options));

    [Fact]
    public void Alarm_TellsItsNumbers() =>
        Assert.Equal("27 of 60 calls within 15 minutes failed (45 %)", ErrorRatePolicy.Next(null, Bot("a", 27, 60), s_options)!.Text);

    [Fact]
    public void Bots_OneThatFails_IsNoAlarmForAll()
    {
        var finding = ErrorRatePolicy.Next(ErrorRateFinding.None, [Bot("a", 300, 300), Bot("b", 0, 6_000)], null, s_options);
        Assert.Equal(["a"], finding.Alarms.Keys);
        Assert.Null(finding.ForAll);
        Assert.Equal((1.0, 300L), (finding.Rate, finding.Calls));
    }

    /// <summary>Seen before: 6,000 invented successes of one bot hid that a provider failed for the others.</summary>
    [Fact]
    public void Bots_TwoThatAgree_AreAnAlarmForAll_WhateverOthersSucceedAt()
    {
        var finding = ErrorRatePolicy.Next(ErrorRateFinding.None, [Bot("a", 10, 20), Bot("b", 5, 20), Bot("c", 0, 6_000)], null, s_options);
        Assert.Equal("15 of 40 calls within 15 minutes failed (37 %)", finding.ForAll!.Text);
        Assert.Equal(0.5, finding.Rate);
    }

    [Fact]
    public void Bots_BelowTheNumberOfCalls_SayNothing_AndTheLargerSampleIsShown()
    {
        var finding = ErrorRatePolicy.Next(ErrorRateFinding.None, [Bot("a", 19, 19), Bot("b", 1, 20)], null, s_options);
        Assert.Empty(finding.Alarms);
        Assert.Equal((0.05, 20L), (finding.Rate, finding.Calls));
        Assert.Null(ErrorRatePolicy.Next(finding, [], null, s_options).Rate);
    }

    [Fact]
    public void ObservedCalls_OutvoteWhateverBotsSay()
    {
        var bots = new[] { Bot("a", 300, 300), Bot("b", 300, 300) };
        var well = ErrorRatePolicy.Next(ErrorRateFinding.None, bots, Bot("", 0, 40), s_options);
        Assert.Equal((0, null, 0.0), (well.Alarms.Count, well.ForAll, well.Rate!.Value));
        var failing = ErrorRatePolicy.Next(ErrorRateFinding.None, [Bot("a", 0, 6_000)], Bot("", 30, 40), s_options);
        Assert.Equal(new ErrorRateAlarm(30, 40), failing.ForAll);
        Assert.Null(ErrorRatePolicy.Next(failing, [], Bot("", 5, 40), s_options).ForAll);
    }

    [Fact]
    public void Options_RecoveryAboveTheAlarm_IsRefused()
    {
        var options = new VerifyOptions { ErrorRateDegraded = 0.1 };
        Assert.Contains(options.Errors(), error => error.StartsWith("ControlPlane__Verify__ErrorRateRecovered", StringComparison.Ordinal));
    }

    private static BotCallCounts Bot(string id, long against, long calls, long okInRow = 0) => new(id, calls, against, okInRow);
}
