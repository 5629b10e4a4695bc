using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Policy;
using ControlPlane.Grains.Usage.Policy;

namespace ControlPlane.Grains.Tests.Integrations.Policy;

public sealed class BotCallWindowTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly BotCallWindow _window = new();

    [Theory]
    [InlineData(UsageStatus.Ok, 200, false)]
    [InlineData(UsageStatus.Error, null, true)]
    [InlineData(UsageStatus.Error, 500, true)]
    [InlineData(UsageStatus.Error, 503, true)]
    [InlineData(UsageStatus.Error, 429, true)]
    [InlineData(UsageStatus.Error, 401, true)]
    [InlineData(UsageStatus.Error, 403, true)]
    [InlineData(UsageStatus.Timeout, null, true)]
    [InlineData(UsageStatus.RateLimited, 429, true)]
    [InlineData(UsageStatus.Error, 404, false)]
    [InlineData(UsageStatus.Error, 400, false)]
    [InlineData(UsageStatus.Error, 422, false)]
    [InlineData(UsageStatus.Error, 200, false)]
    public void ProviderFault_CountsWhatSpeaksAgainstTheProvider(UsageStatus status, int? httpStatus, bool against) =>
        Assert.Equal(against, ProviderFault.Is(status, httpStatus));

    [Fact]
    public void Counts_AreOfLiveBotsWithinFifteenMinutes_EachByItself()
    {
        Take(s_now.AddMinutes(-20), "a", 50, 50);
        Take(s_now.AddMinutes(-14), "a", 10, 4);
        Take(s_now, "a", 5, 0);
        Take(s_now, "b", 7, 7);
        Take(s_now, BotCalls.Unnamed, 9, 9);
        var counts = _window.Counts(s_now, bot => bot != "b");
        Assert.Equal([new BotCallCounts("a", 15, 4, 5)], counts);
        Assert.Equal([new BotCallCounts("b", 7, 7, 0)], _window.Counts(s_now, bot => bot == "b"));
        Assert.Equal([new BotCallCounts("a", 5, 0, 5)], _window.Counts(s_now.AddMinutes(5), bot => bot == "a"));
    }

    [Fact]
    public void Counts_DatedAhead_CountWhenTheirTimeHasCome()
    {
        _window.Take(Delta(s_now.AddMinutes(2), "a", 30, 30), s_now);
        Assert.Empty(_window.Counts(s_now, _ => true));
        Assert.Equal(30, Assert.Single(_window.Counts(s_now.AddMinutes(2), _ => true)).Against);
    }

    [Fact]
    public void Bots_ThatReportsMakeUp_AreBounded()
    {
        for (var i = 0; i < 3 * BotCallWindow.MaxBots; i++) _window.Take(Delta(s_now.AddSeconds(i), $"bot-{i}", 1, 1), s_now.AddSeconds(i));
        Assert.InRange(_window.Counts(s_now.AddSeconds(3 * BotCallWindow.MaxBots), _ => true).Count, 880, 920);
        Assert.Single(_window.Counts(s_now.AddSeconds(3 * BotCallWindow.MaxBots), bot => bot == $"bot-{(3 * BotCallWindow.MaxBots) - 1}"));
    }

    private void Take(DateTimeOffset at, string bot, int calls, int against) => _window.Take(Delta(at, bot, calls, against), s_now);

    private static UsageDelta Delta(DateTimeOffset at, string bot, int calls, int against) =>
        new("polygon", 1, [], at, bot) { Bots = [new(bot, at.ToUnixTimeSeconds(), calls, against)] };
}
