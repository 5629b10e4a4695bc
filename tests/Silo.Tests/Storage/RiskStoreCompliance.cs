using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;

namespace ControlPlane.Silo.Tests.Storage;

public abstract class RiskStoreCompliance : StoreCompliance
{
    private const string Bot = TraceSample.Bot;

    private IRiskStore Risk => ((ITraceStoresUnderTest)Store).Risk;

    private ITradeStore Trades => ((ITraceStoresUnderTest)Store).Trades;

    [Fact]
    public async Task Orders_Granted_ReadBackWhole_FromTheirTimeOn()
    {
        var order = Order("o1") with { Intent = OrderIntent.Reduce, Side = OrderSide.Sell, Quantity = 0.000_000_01m, TraceId = TraceSample.Trace };
        await Risk.GrantAsync(Bot, Order("old", Sample.Noon.AddSeconds(-1)), Cancel);
        await Risk.GrantAsync(Bot, order, Cancel);
        await Risk.GrantAsync("another", Order("o1"), Cancel);
        await ReopenAsync();
        Assert.Equal([order], (await Book()).Orders);
        await Assert.ThrowsAsync<StoreConflictException>(() => Risk.GrantAsync(Bot, order, Cancel));
        Assert.Equal((0m, null, null, null, 0), await Book("nobody") is var b ? (b.Ledger, b.Report, b.LastTradeAt, b.LastTradePrice, b.RealisedToday.Length) : default);
    }

    [Fact]
    public async Task Orders_EndOnce()
    {
        await Risk.GrantAsync(Bot, Order("o1"), Cancel);
        Assert.True(await Risk.EndAsync(Bot, "o1", OrderStatus.Canceled, Sample.Noon, Cancel));
        Assert.True(await Risk.EndAsync(Bot, "o1", OrderStatus.Filled, Sample.Noon, Cancel));
        Assert.Equal(OrderStatus.Canceled, Assert.Single((await Book()).Orders).Status);
        Assert.False(await Risk.EndAsync(Bot, "o2", OrderStatus.Filled, Sample.Noon, Cancel));
        Assert.False(await Risk.EndAsync("another", "o1", OrderStatus.Filled, Sample.Noon, Cancel));
    }

    [Fact]
    public async Task Trades_FillTheirOrders_ByNameOrByTheirLikeness()
    {
        foreach (var order in new[] { Order("named"), Order("like"), Order("later"), Order("sell") with { Side = OrderSide.Sell }, Order("other") with { Symbol = "NQ" }, Order("large") with { Quantity = 5 } })
        {
            await Risk.GrantAsync(Bot, order, Cancel);
        }

        await Trades.AppendAsync(
            Bot,
            [
                TraceSample.Trade("t1") with { OrderId = "named" },
                TraceSample.Trade("t2"),
                TraceSample.Trade("t3") with { OrderId = "large" },
                TraceSample.Trade("t4", quantity: 77),
                TraceSample.Trade("t5") with { OrderId = "nobody" },
            ],
            Cancel);
        await Trades.AppendAsync(Bot, [TraceSample.Trade("t2")], Cancel);
        Assert.Equal(
            [("large", "open", 2m), ("later", "open", 0m), ("like", "filled", 2m), ("named", "filled", 2m), ("other", "open", 0m), ("sell", "open", 0m)],
            (await Book()).Orders.OrderBy(o => o.OrderId, StringComparer.Ordinal).Select(o => (o.OrderId, o.Status, o.Filled)));

        // The closing of a trade fills an order on the other side.
        await Trades.AppendAsync(Bot, [TraceSample.Trade("t1", closed: Sample.Noon.AddSeconds(1))], Cancel);
        Assert.Equal("filled", (await Book()).Orders.Single(o => o.OrderId == "sell").Status);
        Assert.Equal("open", (await Book()).Orders.Single(o => o.OrderId == "later").Status);
    }

    [Fact]
    public async Task Book_HoldsThePositionTheLastTradeAndTheDaysResult()
    {
        await Trades.AppendAsync(
            Bot,
            [
                TraceSample.Trade("long"),
                TraceSample.Trade("short", Sample.Noon.AddSeconds(1), OrderSide.Sell, 0.5m) with { Price = 7 },
                TraceSample.Trade("closed", Sample.Noon.AddHours(-1), pnl: -0.3m, closed: Sample.Noon),
                TraceSample.Trade("yesterday", Sample.Noon.AddDays(-1), pnl: -50, closed: Sample.Noon.AddHours(-12).AddTicks(-10)),
                TraceSample.Trade("today", Sample.Noon.AddDays(-1), pnl: 0.1m, closed: Sample.Noon.AddHours(-12)),
                TraceSample.Trade("elsewhere", symbol: "NQ"),
            ],
            Cancel);
        await Trades.AppendAsync("another", [TraceSample.Trade("t1", pnl: -9, closed: Sample.Noon)], Cancel);
        await Risk.ReportPositionAsync(Bot, "ES", 4, Sample.Noon, Cancel);
        await ReopenAsync();
        var book = await Book();
        Assert.Equal((1.5m, new PositionReport(4, 2.5m, Sample.Noon), Sample.Noon.AddSeconds(1), 7m, new RealisedPart(null, -0.2m, 0)), (book.Ledger, book.Report, book.LastTradeAt, book.LastTradePrice, Assert.Single(book.RealisedToday)));

        await Trades.AppendAsync(Bot, [TraceSample.Trade("long", closed: Sample.Noon.AddMinutes(1))], Cancel);
        Assert.Equal((-0.5m, 2.5m), await Book() is var after ? (after.Ledger, after.Report!.Drift) : default);
        await Risk.ReportPositionAsync(Bot, "ES", -0.5m, Sample.Noon.AddMinutes(2), Cancel);
        Assert.Equal(new PositionReport(-0.5m, 0, Sample.Noon.AddMinutes(2)), (await Book()).Report);
    }

    [Fact]
    public async Task Realised_IsSummedByCurrency_AndWhatIsNotToldIsCounted()
    {
        await Trades.AppendAsync(
            Bot,
            [
                TraceSample.Trade("a", pnl: -0.1m, closed: Sample.Noon) with { Currency = "EUR" }, TraceSample.Trade("b", pnl: -0.2m, closed: Sample.Noon) with { Currency = "EUR" },
                TraceSample.Trade("c", pnl: 7, closed: Sample.Noon), TraceSample.Trade("untold", closed: Sample.Noon),
                TraceSample.Trade("imported", pnl: -1_000, closed: Sample.Noon) with { History = true },
            ],
            Cancel);
        Assert.Equal([new(null, 7, 1), new("EUR", -0.3m, 0)], (await Book()).RealisedToday);
        Assert.Equal((await Book()).RealisedToday, (await ((ITraceStoresUnderTest)Store).Activity.ReadAsync(Bot, Sample.Noon.AddHours(-1), Cancel))!.Realised);

        // The loss that comes later counts when it comes, and may grow.
        await Trades.AppendAsync(Bot, [TraceSample.Trade("untold", pnl: -5) with { CountsAt = Sample.Noon.AddHours(1) }], Cancel);
        Assert.Equal([TraceWrite.Written, TraceWrite.Conflict], await Trades.AppendAsync(Bot, [TraceSample.Trade("untold", pnl: -6), TraceSample.Trade("untold", pnl: -4)], Cancel));
        Assert.Equal([new(null, 1, 0), new("EUR", -0.3m, 0)], (await Book()).RealisedToday);
    }

    [Fact]
    public async Task Realised_CountsWhenTheReportSaysSo_AndStaysWhereItIs()
    {
        var yesterday = Sample.Noon.AddDays(-1);
        await Trades.AppendAsync(Bot, [TraceSample.Trade("late", yesterday, pnl: -5, closed: yesterday.AddMinutes(1)) with { CountsAt = Sample.Noon, ReceivedAt = Sample.Noon }], Cancel);
        Assert.Equal(-5, Assert.Single((await Book()).RealisedToday).Pnl);
        await Trades.AppendAsync(Bot, [TraceSample.Trade("late", yesterday, pnl: -5) with { DecisionId = "d1", CountsAt = Sample.Noon.AddDays(2) }], Cancel);
        Assert.Empty((await Risk.ReadAsync(Bot, "ES", Sample.Noon, Sample.Noon.AddDays(1), Cancel)).RealisedToday);
    }

    [Fact]
    public async Task Purge_RemovesOldOrders_AndPositionsStay()
    {
        await Risk.GrantAsync(Bot, Order("old"), Cancel);
        await Risk.GrantAsync(Bot, Order("new", Sample.Noon.AddHours(2)), Cancel);
        await Risk.ReportPositionAsync(Bot, "ES", 4, Sample.Noon, Cancel);
        Assert.Equal(1, await Risk.PurgeAsync(Sample.Noon.AddHours(1), Cancel));
        Assert.Equal("new", Assert.Single((await Book()).Orders).OrderId);
        Assert.NotNull((await Book()).Report);
    }

    [Fact]
    public async Task Bots_SymbolsAndModel_ComeBack()
    {
        var spec = new BotSpec("a", null, [], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty, ["ES", "NQ"], "momentum-3");
        await Store.Bots.UpsertAsync(new("a", spec, AutonomyTier.Observe, KillSwitch.Released), Cancel);
        await Store.Bots.UpsertAsync(new("b", spec with { AllowedSymbols = [], Model = null }, AutonomyTier.Observe, KillSwitch.Released), Cancel);
        await ReopenAsync();
        var bots = await Store.Bots.ListAsync(Cancel);
        Assert.Equal(["ES", "NQ"], bots[0].Spec.AllowedSymbols!);
        Assert.Equal("momentum-3", bots[0].Spec.Model);
        Assert.Empty(bots[1].Spec.AllowedSymbols!);
        Assert.Null(bots[1].Spec.Model);
    }

    [Fact]
    public async Task MayHold_IsTrueForAPositionInAnySymbol_AndForAnOpeningOrderWithoutAnEnd()
    {
        Task<bool> Holds(string bot = Bot) => Risk.MayHoldAsync(bot, Cancel);
        Assert.False(await Holds());
        await Risk.GrantAsync(Bot, Order("exit") with { Intent = OrderIntent.Reduce }, Cancel);
        Assert.False(await Holds());
        await Risk.GrantAsync(Bot, Order("o1"), Cancel);
        Assert.True(await Holds());
        await Risk.EndAsync(Bot, "o1", OrderStatus.Canceled, Sample.Noon, Cancel);
        Assert.False(await Holds());
        await Trades.AppendAsync(Bot, [TraceSample.Trade("t1", symbol: "NQ")], Cancel);
        Assert.True(await Holds());
        Assert.False(await Holds("another"));
        await Risk.ReportPositionAsync(Bot, "NQ", 0, Sample.Noon, Cancel);
        Assert.False(await Holds());
        await Risk.ReportPositionAsync(Bot, "ES", -1, Sample.Noon, Cancel);
        Assert.True(await Holds());
    }

    [Fact]
    public async Task Bots_WhoseRunnerIsWatched_ComeBack()
    {
        var spec = new BotSpec("a", null, [], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty);
        await Store.Bots.UpsertAsync(new("a", spec, AutonomyTier.Observe, KillSwitch.Released, RunnerWatched: true), Cancel);
        await Store.Bots.UpsertAsync(new("b", spec, AutonomyTier.Observe, KillSwitch.Released, RunnerWatched: true), Cancel);
        await Store.Bots.UpsertAsync(new("b", spec, AutonomyTier.Observe, KillSwitch.Released), Cancel);
        await ReopenAsync();
        Assert.Equal([true, false], (await Store.Bots.ListAsync(Cancel)).Select(b => b.RunnerWatched));
    }

    private Task<RiskBook> Book(string bot = Bot) => Risk.ReadAsync(bot, "ES", Sample.Noon, Sample.Noon.AddHours(-12), Cancel);

    private static GrantedOrder Order(string id, DateTimeOffset? at = null) =>
        new(id, "ES", OrderSide.Buy, 2, 5_000.25m, OrderIntent.Open, 3, at ?? Sample.Noon, OrderStatus.Open, 0, null);
}
