using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Grains.Risk.Seen;

namespace ControlPlane.Silo.Tests.Storage;

/// <summary>What fills realise that the gateway saw, and what a bot tells of the same fills.</summary>
public abstract class SeenFillStoreCompliance : StoreCompliance
{
    private const string Bot = TraceSample.Bot;
    private static readonly Currencies s_currencies = new(new RiskOptions());

    private ITraceStoresUnderTest Stores => (ITraceStoresUnderTest)Store;

    [Fact]
    public async Task TradeClosedWithoutAResult_IsKnown_WhereTheGatewaySawBothFills()
    {
        await SeeAsync("a", OrderSide.Buy, 2, 100);
        await TellAsync("t1", "a", null, quantity: 2);
        await SeeAsync("x", OrderSide.Sell, 2, 97, at: 1);
        Assert.Equal(-6, await TodayAsync());
        await TellAsync("t1", "a", "x", quantity: 2, closed: true);
        Assert.Equal(-6, await TodayAsync());
        await ReopenAsync();
        Assert.Equal(-6, await TodayAsync());
        Assert.Equal(-6, await ActivityAsync(Sample.Noon.AddDays(-1)));
    }

    [Fact]
    public async Task TradeClosedWithoutItsExit_IsKnown_OnceTheGatewaySawItsEntryClosed()
    {
        await SeeAsync("a", OrderSide.Buy, 2, 100);
        await TellAsync("t1", "a", null, quantity: 2, closed: true);
        Assert.Null(await TodayAsync());
        await SeeAsync("x", OrderSide.Sell, 1, 90, at: 1);
        Assert.Null(await TodayAsync());
        await SeeAsync("x", OrderSide.Sell, 2, 90, at: 2);
        Assert.Equal(-20, await TodayAsync());
    }

    [Theory]
    [InlineData(true, -1, -20)]
    [InlineData(true, 500, -20)]
    [InlineData(true, -25, -25)]
    [InlineData(false, -1, -20)]
    [InlineData(false, 500, -20)]
    [InlineData(false, -25, -25)]
    public async Task Told_CanOnlyMakeALossLarger(bool namesTheExit, int told, int sum)
    {
        await SeeAsync("a", OrderSide.Buy, 2, 100);
        await SeeAsync("x", OrderSide.Sell, 2, 90, at: 1);
        await TellAsync("t1", "a", namesTheExit ? "x" : null, quantity: 2, closed: true, pnl: told);
        Assert.Equal(sum, await TodayAsync());
        Assert.Equal(sum, await ActivityAsync(Sample.Noon.AddDays(-1)));
    }

    [Theory]
    [InlineData("USDT", -21, -21)]
    [InlineData("USDT", 90, -20)]
    [InlineData("GBP", -1, null)]
    public async Task ToldInAnotherCurrency_IsComparedByItsRate_AndUnknownWithoutOne(string currency, int told, int? sum)
    {
        await SeeAsync("a", OrderSide.Buy, 2, 100);
        await SeeAsync("x", OrderSide.Sell, 2, 90, at: 1);
        await TellAsync("t1", "a", "x", quantity: 2, closed: true, pnl: told, currency: currency);
        Assert.Equal(sum, await TodayAsync());
    }

    [Fact]
    public async Task Fills_CountOnTheDayOnWhichTheyWereSeen()
    {
        await SeeAsync("a", OrderSide.Buy, 2, 100, at: -86_400);
        await SeeAsync("x", OrderSide.Sell, 1, 150, at: -86_400);
        await SeeAsync("x", OrderSide.Sell, 2, 120, at: 0);
        Assert.Equal(-10, await TodayAsync());
        Assert.Equal(40, await ActivityAsync(Sample.Noon.AddDays(-2)));

        // Told of the next day, the gain of the day before is none of today's, and no loss is counted twice.
        await TellAsync("t1", "a", "x", quantity: 2, closed: true, pnl: 40);
        Assert.Equal(-10, await TodayAsync());
    }

    [Fact]
    public async Task ExitOfWhatNobodySawOpened_IsUnknown_UntilTheBotTellsAllOfIt()
    {
        await SeeAsync("x", OrderSide.Sell, 2, 90);
        Assert.Null(await TodayAsync());
        await TellAsync("t1", null, "x", quantity: 1, closed: true, pnl: -3);
        Assert.Null(await TodayAsync());
        await TellAsync("t2", null, "x", quantity: 1, closed: true, pnl: -4);
        Assert.Equal(-7, await TodayAsync());
    }

    [Fact]
    public async Task ExitWithoutAPrice_IsUnknown_UntilThePriceIsTold()
    {
        await SeeAsync("a", OrderSide.Buy, 2, 100);
        await SeeAsync("x", OrderSide.Sell, 2, null, at: 1);
        Assert.Null(await TodayAsync());
        await SeeAsync("x", OrderSide.Sell, 2, 101, at: 2);
        Assert.Equal(2, await TodayAsync());
    }

    [Fact]
    public async Task TheSameAnswerAgain_AndAtOnceFromTwoSides_IsBookedOnce()
    {
        await SeeAsync("a", OrderSide.Buy, 2, 100);
        await GrantAsync("x", OrderSide.Sell, 0);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SeeAsync("x", OrderSide.Sell, 2, 95, at: 1)));
        Assert.Equal(-10, await TodayAsync());
        Assert.Null(await ActivityAsync(Sample.Noon, "another"));
    }

    [Fact]
    public async Task Purge_KeepsWhatIsHeld()
    {
        await SeeAsync("a", OrderSide.Buy, 2, 100);
        await SeeAsync("x", OrderSide.Sell, 1, 95, at: 1);
        await Stores.Risk.PurgeAsync(Sample.Noon.AddDays(1), Cancel);
        Assert.Empty((await Stores.Risk.ReadAsync(Bot, ["ES"], Sample.Noon, Sample.Noon.AddHours(-12), Cancel)).RealisedToday);
        await SeeAsync("y", OrderSide.Sell, 1, 90, at: 2);
        Assert.Equal(-10, await TodayAsync());
    }

    private async Task GrantAsync(string id, OrderSide side, int at)
    {
        if (await Stores.GatewayOrders.FindAsync(Bot, id, Cancel) is not null) return;
        await Stores.Risk.GrantAsync(
            Bot,
            new(id, "ES", side, 2, 100, side == OrderSide.Buy ? OrderIntent.Open : OrderIntent.Reduce, 1, Sample.Noon.AddSeconds(at), OrderStatus.Open, 0, null)
            {
                Passage = new("alpaca", "paper", "POST /v2/orders", new string('a', 64), "{}") { State = PassageState.Sent, Booked = 0 },
            },
            Cancel);
    }

    private async Task SeeAsync(string id, OrderSide side, decimal filled, decimal? price, int at = 0)
    {
        await GrantAsync(id, side, at);
        var now = Sample.Noon.AddSeconds(at);
        await Stores.GatewayOrders.SeeAsync(
            Bot,
            id,
            order => order with
            {
                Status = filled == 2 ? OrderStatus.Filled : order.Status,
                Passage = order.Passage! with { State = PassageState.Answered, Seen = filled, SeenPrice = price, SeenAt = now },
            },
            new(string.Equals, _ => 1, "USD"),
            now,
            Cancel);
    }

    private Task TellAsync(string trade, string? entry, string? exit, decimal quantity, bool closed = false, decimal? pnl = null, string? currency = null) => Stores.Trades.AppendAsync(
        Bot,
        [TraceSample.Trade(trade, quantity: quantity, pnl: pnl) with { OrderId = entry, CloseOrderId = exit, ClosedAt = closed ? Sample.Noon.AddSeconds(5) : null, CountsAt = Sample.Noon.AddSeconds(5), Currency = currency }],
        Cancel);

    private async Task<decimal?> TodayAsync() =>
        s_currencies.Sum((await Stores.Risk.ReadAsync(Bot, ["ES"], Sample.Noon, Sample.Noon.AddHours(-12), Cancel)).RealisedToday, null);

    private async Task<decimal?> ActivityAsync(DateTimeOffset from, string bot = Bot) =>
        await Stores.Activity.ReadAsync(bot, from, Cancel) is { } activity ? s_currencies.Sum(activity.Realised, null) : null;
}
