using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Integrations.Activation;

namespace ControlPlane.Grains.Tests.Integrations.Activation;

public sealed class FailingCallsTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 22, 20, 0, 0, TimeSpan.Zero);
    private readonly FailingCalls _calls = new(new VerifyOptions());

    [Fact]
    public void Watch_ABotsCallsTurnBad_SaysSoOnceWhileTheAlarmStands()
    {
        Assert.False(Watch());
        Take("bot-1", calls: 100, against: 100);
        Assert.True(Watch());
        Assert.False(Watch());
        Take("bot-2", calls: 100, against: 100);
        Assert.True(Watch());
        Assert.Equal(["bot-1", "bot-2"], _calls.ErrorRate.Alarms.Keys);
    }

    [Fact]
    public void Watch_ABotWithoutALease_DoesNotCount()
    {
        Take("bot-1", calls: 100, against: 100);
        Assert.False(_calls.Watch(s_now, _ => false));
    }

    [Fact]
    public void InDoubt_ARunOfFailures_UntilAsked()
    {
        Take("bot-1", calls: 3, against: 3);
        Assert.True(_calls.InDoubt);
        _calls.Asked();
        Assert.False(_calls.InDoubt);
    }

    private bool Watch() => _calls.Watch(s_now, _ => true);

    private void Take(string bot, int calls, int against) => _calls.Take(
        new UsageDelta("openai", 1, [], s_now, bot) { Bots = [new BotCalls(bot, s_now.ToUnixTimeSeconds(), calls, against)] }, s_now);
}
