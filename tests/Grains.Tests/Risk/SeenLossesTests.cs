using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Grains.Risk.Seen;

namespace ControlPlane.Grains.Tests.Risk;

public sealed class SeenLossesTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    private static readonly Currencies s_currencies = new(new RiskOptions { Rates = { ["EUR"] = 1.25m } });

    [Theory]
    [InlineData("EUR", null, -8, -20)]
    [InlineData("EUR", null, -20, -25)]
    [InlineData("EUR", null, 100, -20)]
    [InlineData("JPY", 0.01, -3_000, -30)]
    [InlineData("JPY", 0.01, 3_000, -20)]
    public void ToldByAnotherCurrency_IsComparedByItsRate(string currency, double? rate, int told, int sum) =>
        Assert.Equal(sum, Sum([Close("x", -20)], [], [Told("x", told) with { Currency = currency, Rate = (decimal?)rate }]));

    [Fact]
    public void ToldPartByPart_TheWholeIsCompared()
    {
        Assert.Equal(-20, Sum([Close("x", -20)], [], [Told("x", -12), Told("x", -8)]));
        Assert.Equal(-23, Sum([Close("x", -20)], [], [Told("x", -15), Told("x", -8)]));
    }

    [Fact]
    public void ExitThatIsKnownInPart_IsWhatTheBotTellsOfAllOfIt()
    {
        Assert.Null(Sum([Close("x", 5)], [new("x", 1)], []));
        Assert.Null(Sum([Close("x", 5)], [new("x", 1)], [Told("x", -2)]));
        Assert.Equal(-6, Sum([Close("x", 5)], [new("x", 1)], [Told("x", -2), Told("x", -4)]));
    }

    [Fact]
    public void TradeOfAnOrderThatNothingIsKnownOf_CountsAsItIsTold()
    {
        Assert.Equal(-5, Sum([], [], [Told("x", -5)]));
        Assert.Null(Sum([], [], [Told("x", null)]));
    }

    [Fact]
    public void GainThatIsToldTheDayAfter_IsNoneOfThatDay() => Assert.Equal(0, Sum([Close("x", 30) with { At = s_noon.AddDays(-1) }], [], [Told("x", 30)]));

    [Fact]
    public void LossThatIsToldTheDayAfter_CountsByWhatItIsLarger() => Assert.Equal(-4, Sum([Close("x", -30) with { At = s_noon.AddDays(-1) }], [], [Told("x", -34)]));

    private static decimal? Sum(SeenClose[] closes, SeenUnknown[] unknown, SeenTrade[] trades) =>
        s_currencies.Sum(new SeenLosses(closes, unknown, trades, s_noon, s_currencies).Parts(), null);

    private static SeenClose Close(string exit, decimal pnl) => new(exit, "a", 1, pnl, "USD", s_noon);

    private static SeenTrade Told(string exit, decimal? pnl) => new(null, exit, Closed: true, 1, pnl, null, null, Counts: true);
}
