using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Integrations.Policy;

namespace ControlPlane.Grains.Tests.Integrations.Policy;

public sealed class ErrorRatePolicyTests
{
    private static readonly VerifyOptions s_options = new();
    private static readonly ErrorRateAlarm s_alarm = new(10, 20);

    [Theory]
    [InlineData(0.25, 20, true)]
    [InlineData(1.0, 19, false)]
    [InlineData(0.249, 1000, false)]
    [InlineData(null, 0, false)]
    public void Alarm_IsRaisedByEnoughFailuresOfEnoughCalls(double? rate, long calls, bool raised) =>
        Assert.Equal(raised, ErrorRatePolicy.Next(null, rate, calls, 0, s_options) is not null);

    [Theory]
    [InlineData(0.2, 100, true)]
    [InlineData(0.15, 100, true)]
    [InlineData(0.149, 100, false)]
    [InlineData(0.5, 2, true)]
    [InlineData(null, 0, false)]
    public void Alarm_StandsUntilTheRateIsWellBelow(double? rate, long calls, bool stands) =>
        Assert.Equal(stands ? s_alarm : null, ErrorRatePolicy.Next(s_alarm, rate, calls, 19, s_options));

    [Theory]
    [InlineData(0.249, 20, false)]
    [InlineData(0.249, 19, true)]
    [InlineData(0.25, 1000, true)]
    public void Alarm_IsOverBelowWhereItBegan_OnceEnoughCallsInARowWentWell(double rate, long okInRow, bool stands) =>
        Assert.Equal(stands ? s_alarm : null, ErrorRatePolicy.Next(s_alarm, rate, 100, okInRow, s_options));

    [Fact]
    public void Alarm_TellsItsNumbers() =>
        Assert.Equal("27 of 60 calls within 15 minutes failed (45 %)", ErrorRatePolicy.Next(null, 27.0 / 60, 60, 0, s_options)!.Text);

    [Fact]
    public void Options_RecoveryAboveTheAlarm_IsRefused()
    {
        var options = new VerifyOptions { ErrorRateDegraded = 0.1 };
        Assert.Contains(options.Errors(), error => error.StartsWith("ControlPlane__Verify__ErrorRateRecovered", StringComparison.Ordinal));
    }
}
