using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Silo.Tests.Storage;

public abstract class RiskStoreCompliance : StoreCompliance
{
    private const string Bot = TraceSample.Bot;

    private IRiskStore Risk => ((ITraceStoresUnderTest)Store).Risk;

    private ITradeStore Trades => ((ITraceStoresUnderTest)Store).Trades;

    [Fact]
    public async Task Orders_Granted_ReadBackWhole_FromTheirTimeOn()
    {
        var order = Order("o1") with { Intent = OrderIntent.Reduce, Side = OrderSide.Sell, Quantity = 0.000_000_000_000_000_001m, Price = null, TraceId = TraceSample.Trace, ClientOrderId = "c1", Multiplier = 50, OcoGroup = "g" };
        await Risk.GrantAsync(Bot, Order("old", Sample.Noon.AddSeconds(-1)) with { Status = OrderStatus.Canceled }, Cancel);
        await Risk.GrantAsync(Bot, Order("unsettled", Sample.Noon.AddDays(-100)) with { Quantity = 1_000_000_000_000_000_000m, Price = -37.63m }, Cancel);
        await Risk.GrantAsync(Bot, order, Cancel);
        await Risk.GrantAsync("another", Order("o1") with { ClientOrderId = "c1" }, Cancel);
        await ReopenAsync();
        Assert.Equal([Order("unsettled", Sample.Noon.AddDays(-100)) with { Quantity = 1_000_000_000_000_000_000m, Price = -37.63m }, order], (await Book()).Orders);
        Assert.Equal(order, await Risk.FindClientOrderAsync(Bot, "c1", Cancel));
        Assert.Null(await Risk.FindClientOrderAsync(Bot, "c2", Cancel));
        await Assert.ThrowsAsync<StoreConflictException>(() => Risk.GrantAsync(Bot, order with { ClientOrderId = null }, Cancel));
        await Assert.ThrowsAsync<StoreConflictException>(() => Risk.GrantAsync(Bot, order with { OrderId = "o2" }, Cancel));
        Assert.Equal((0, 0, null, null, 0), await Book("nobody") is var b ? (b.Trades.Length, b.Positions.Length, b.LastTradeAt, b.LastTradePrice, b.RealisedToday.Length) : default);
    }

    [Fact]
    public async Task Orders_EndOnce_AndAnOpenOneIsRenewed()
    {
        await Risk.GrantAsync(Bot, Order("o1") with { ClientOrderId = "c1" }, Cancel);
        Assert.Equal(Sample.Noon.AddSeconds(5), (await Risk.EndAsync(Bot, "o1", OrderStatus.Open, Sample.Noon.AddSeconds(5), Cancel))!.RenewedAt);
        Assert.Equal(OrderStatus.Canceled, (await Risk.EndAsync(Bot, "o1", OrderStatus.Canceled, Sample.Noon, Cancel))!.Status);
        Assert.Equal(OrderStatus.Canceled, (await Risk.EndAsync(Bot, "o1", OrderStatus.Filled, Sample.Noon, Cancel))!.Status);
        Assert.Equal(OrderStatus.Canceled, Assert.Single((await Book()).Orders).Status);
        Assert.Null(await Risk.EndAsync(Bot, "o2", OrderStatus.Filled, Sample.Noon, Cancel));
        Assert.Null(await Risk.EndAsync("another", "o1", OrderStatus.Filled, Sample.Noon, Cancel));

        // A grant that was taken back gives its client id back.
        await Risk.GrantAsync(Bot, Order("o3") with { ClientOrderId = "c3" }, Cancel);
        await Risk.EndAsync(Bot, "o3", OrderStatus.Revoked, Sample.Noon, Cancel);
        Assert.Null(await Risk.FindClientOrderAsync(Bot, "c3", Cancel));
        Assert.NotNull(await Risk.FindClientOrderAsync(Bot, "c1", Cancel));
    }

    [Fact]
    public async Task Orders_AreListedNewestFirst_PageByPage()
    {
        for (var i = 0; i < 5; i++) await Risk.GrantAsync(Bot, Order($"o{i}", Sample.Noon.AddSeconds(i)), Cancel);
        await Risk.EndAsync(Bot, "o3", OrderStatus.Canceled, Sample.Noon, Cancel);
        await Risk.EndAsync(Bot, "o2", OrderStatus.Filled, Sample.Noon, Cancel);
        var first = await Risk.ListAsync(Bot, openOnly: false, 3, null, Cancel);
        var second = await Risk.ListAsync(Bot, openOnly: false, 3, first.Next, Cancel);
        Assert.Equal(["o4", "o3", "o2", "o1", "o0"], first.Items.Concat(second.Items).Select(o => o.OrderId));
        Assert.Null(second.Next);
        Assert.Equal(["o4", "o1", "o0"], (await Risk.ListAsync(Bot, openOnly: true, 10, null, Cancel)).Items.Select(o => o.OrderId));
    }

    [Fact]
    public async Task Trades_FillTheOrderThatTheyName_OfItsSymbolAndSide()
    {
        foreach (var order in new[] { Order("named"), Order("like"), Order("sell") with { Side = OrderSide.Sell, Intent = OrderIntent.Reduce }, Order("other") with { Symbol = "NQ" }, Order("large") with { Quantity = 5 }, Order("small") with { Quantity = 1 } })
        {
            await Risk.GrantAsync(Bot, order, Cancel);
        }

        await Trades.AppendAsync(
            Bot,
            [
                TraceSample.Trade("t1") with { OrderId = "named" },
                TraceSample.Trade("t2"),
                TraceSample.Trade("t3") with { OrderId = "large" },
                TraceSample.Trade("t4") with { OrderId = "other" },
                TraceSample.Trade("t5") with { OrderId = "nobody" },
                TraceSample.Trade("t6") with { OrderId = "sell" },
                TraceSample.Trade("t7") with { OrderId = "small", Symbol = "e-s" },
            ],
            Cancel);
        await Trades.AppendAsync(Bot, [TraceSample.Trade("t3") with { OrderId = "large" }], Cancel);
        Assert.Equal(
            [("large", "open", 2m), ("like", "open", 0m), ("named", "filled", 2m), ("other", "open", 0m), ("sell", "open", 0m), ("small", "filled", 1m)],
            await Orders());

        // A fill grows; a smaller state of it changes nothing; the closing fills an order on the other side.
        await Trades.AppendAsync(Bot, [TraceSample.Trade("t3", quantity: 5) with { OrderId = "large" }, TraceSample.Trade("t3", quantity: 1)], Cancel);
        await Trades.AppendAsync(Bot, [TraceSample.Trade("t1", closed: Sample.Noon.AddSeconds(1)) with { CloseOrderId = "sell" }], Cancel);
        Assert.Equal(
            [("large", "filled", 5m), ("like", "open", 0m), ("named", "filled", 2m), ("other", "open", 0m), ("sell", "filled", 2m), ("small", "filled", 1m)],
            await Orders());
    }

    [Fact]
    public async Task Book_HoldsOpenTradesTheLastTradeAndTheDaysResult()
    {
        await Trades.AppendAsync(
            Bot,
            [
                TraceSample.Trade("long") with { Multiplier = 50 },
                TraceSample.Trade("short", Sample.Noon.AddSeconds(1), OrderSide.Sell, 0.5m) with { Price = -7 },
                TraceSample.Trade("closed", Sample.Noon.AddHours(-1), pnl: -0.3m, closed: Sample.Noon),
                TraceSample.Trade("yesterday", Sample.Noon.AddDays(-1), pnl: -50, closed: Sample.Noon.AddHours(-12).AddTicks(-10)),
                TraceSample.Trade("today", Sample.Noon.AddDays(-1), pnl: 0.1m, closed: Sample.Noon.AddHours(-12)),
                TraceSample.Trade("elsewhere", symbol: "NQ"),
            ],
            Cancel);
        await Trades.AppendAsync("another", [TraceSample.Trade("t1", pnl: -9, closed: Sample.Noon)], Cancel);
        await ReopenAsync();
        var book = await Book();
        Assert.Equal(["elsewhere", "long", "short"], book.Trades.Select(t => t.TradeId).Order());
        Assert.Equal((50m, -7m), (book.Trades.Single(t => t.TradeId == "long").Multiplier, book.Trades.Single(t => t.TradeId == "short").Price));
        Assert.Equal((Sample.Noon.AddSeconds(1), -7m, -0.2m), (book.LastTradeAt, book.LastTradePrice, Assert.Single(book.RealisedToday).Pnl));
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
        Assert.Equal([TraceWrite.Written, TraceWrite.Duplicate], await Trades.AppendAsync(Bot, [TraceSample.Trade("untold", pnl: -6), TraceSample.Trade("untold", pnl: -4)], Cancel));
        Assert.Equal([new(null, 1, 0), new("EUR", -0.3m, 0)], (await Book()).RealisedToday);
    }

    [Fact]
    public async Task Marks_AreFoundHoweverTheSymbolIsWritten()
    {
        var names = SymbolNames.For(ImmutableSortedDictionary<string, string>.Empty.Add("XBT/USD", "BTC-USD"));
        await Risk.GrantAsync(Bot, Order("o1") with { Symbol = "btc_usd" }, Cancel);
        await Trades.AppendAsync(Bot, [TraceSample.Trade("own", symbol: "btc_usd") with { OrderId = "o1", Price = 7, ReceivedAt = Sample.Noon }], Cancel);
        Assert.Equal(7, (await Risk.ReadAsync(Bot, names.Keys("XBTUSD"), Sample.Noon, Sample.Noon, Cancel)).LastTradePrice);
        Assert.Null((await Risk.ReadAsync(Bot, names.Keys("ETHUSD"), Sample.Noon, Sample.Noon, Cancel)).LastTradePrice);
        foreach (var (bot, symbol, price) in new[] { ("b1", "BTC/USD", 11m), ("b2", "xbt:usd", 12m), ("b3", "ETH/USD", 13m), ("b4", "BTC/USD", 14m) })
        {
            if (bot != "b4") await Risk.GrantAsync(bot, Order("o1") with { Symbol = symbol }, Cancel);
            await Trades.AppendAsync(bot, [TraceSample.Trade("t1", symbol: symbol) with { OrderId = "o1", Price = price, ReceivedAt = Sample.Noon }], Cancel);
        }

        Task<ImmutableArray<decimal>> Others(string asked, SymbolNames by, DateTimeOffset from) => Risk.OtherMarksAsync(Bot, by.Keys(asked), from, Cancel);
        Assert.Equal([11m, 12m], (await Others("Btc.Usd", names, Sample.Noon)).Order());
        Assert.Equal([11m], await Others("BTCUSD", SymbolNames.Plain, Sample.Noon));
        Assert.Empty(await Others("BTCUSD", names, Sample.Noon.AddSeconds(1)));
    }

    [Fact]
    public async Task Realised_WithARateOfItsOwn_IsSummedInTheCurrencyOfTheSums()
    {
        var told = TraceSample.Trade("a", pnl: -10, closed: Sample.Noon) with { Currency = "JPY" };
        await Trades.AppendAsync(Bot, [told, TraceSample.Trade("b", pnl: -3, closed: Sample.Noon) with { Currency = "JPY", Rate = 0.5m }], Cancel);
        Assert.Equal([new(RealisedPart.OfSums, -1.5m, 0), new("JPY", -10, 0)], (await Book()).RealisedToday);
        Assert.Equal([TraceWrite.Written, TraceWrite.Duplicate], await Trades.AppendAsync(Bot, [told with { Rate = 0.25m }, told with { Rate = 0.1m }], Cancel));
        Assert.Equal([new(RealisedPart.OfSums, -4m, 0)], (await Book()).RealisedToday);
        Assert.Equal((await Book()).RealisedToday, (await ((ITraceStoresUnderTest)Store).Activity.ReadAsync(Bot, Sample.Noon.AddHours(-1), Cancel))!.Realised);
    }

    [Fact]
    public async Task Realised_CountsWhenTheReportSaysSo_AndStaysWhereItIs()
    {
        var yesterday = Sample.Noon.AddDays(-1);
        await Trades.AppendAsync(Bot, [TraceSample.Trade("late", yesterday, pnl: -5, closed: yesterday.AddMinutes(1)) with { CountsAt = Sample.Noon, ReceivedAt = Sample.Noon }], Cancel);
        Assert.Equal(-5, Assert.Single((await Book()).RealisedToday).Pnl);
        await Trades.AppendAsync(Bot, [TraceSample.Trade("late", yesterday, pnl: -5) with { DecisionId = "d1", CountsAt = Sample.Noon.AddDays(2) }], Cancel);
        Assert.Empty((await Risk.ReadAsync(Bot, ["ES"], Sample.Noon, Sample.Noon.AddDays(1), Cancel)).RealisedToday);
    }

    [Fact]
    public async Task Positions_AreMovedByTradesAfterThem_AndHaveSeenThoseBefore()
    {
        await Trades.AppendAsync(Bot, [TraceSample.Trade("t1")], Cancel);
        await StateAsync("ES", 4, Sample.Noon.AddMinutes(1));
        Assert.Equal((4m, 2m, 0m, 4m), await Entry() is var e ? (e.Reported, e.Drift, e.Offset, e.Peak) : default);

        // One that the report had seen comes late, one comes after it.
        await Trades.AppendAsync(Bot, [TraceSample.Trade("late", Sample.Noon.AddSeconds(30)), TraceSample.Trade("after", Sample.Noon.AddMinutes(2), quantity: 7, symbol: "es")], Cancel);
        Assert.Equal((0m, 11m), await Entry() is var moved ? (moved.Drift, moved.Peak) : default);
        await Trades.AppendAsync(Bot, [TraceSample.Trade("t1", closed: Sample.Noon.AddMinutes(3))], Cancel);
        Assert.Equal(0m, (await Entry()).Drift);

        // An older report changes nothing; a settlement moves the ledger.
        await StateAsync("ES", 100, Sample.Noon);
        Assert.Equal(4m, (await Entry()).Reported);
        await StateAsync("ES", 5, Sample.Noon.AddMinutes(4), StatementKind.Settle);
        Assert.Equal((5m, -4m, -4m, Sample.Noon.AddMinutes(4)), await Entry() is var s ? (s.Reported, s.Drift, s.Offset, s.OffsetAt) : default);
        await Trades.AppendAsync(Bot, [TraceSample.Trade("late2", Sample.Noon.AddMinutes(3), OrderSide.Sell, 4)], Cancel);
        await ReopenAsync();
        Assert.Equal((0m, 0m), await Entry() is var settled ? (settled.Drift, settled.Offset) : default);
        await StateAsync("NQ", 40, Sample.Noon, StatementKind.SetAside);
        Assert.Equal(40m, (await Book()).Positions.Single(p => p.Symbol == "NQ").Aside);
    }

    [Fact]
    public async Task Statement_EndsAndRenewsOrders_WithItsPositions()
    {
        foreach (var id in new[] { "gone", "filled", "works" }) await Risk.GrantAsync(Bot, Order(id), Cancel);
        await Risk.EndAsync(Bot, "filled", OrderStatus.Filled, Sample.Noon, Cancel);
        Assert.Equal(3, (await Risk.ReadAsync(Bot, ["ES"], Sample.Noon.AddDays(1), Sample.Noon, Cancel)).Orders.Length);
        await Risk.StateAsync(Bot, new(Sample.Noon, Sample.Noon.AddSeconds(9), [new("ES", 4, StatementKind.Settle)], 0.5m, ["gone", "filled"], ["works"], SymbolNames.Plain), Cancel);
        var left = Assert.Single((await Risk.ReadAsync(Bot, ["ES"], Sample.Noon.AddDays(1), Sample.Noon, Cancel)).Orders);
        Assert.Equal(("works", Sample.Noon.AddSeconds(9)), (left.OrderId, left.RenewedAt));
        Assert.Equal(4m, (await Entry()).Offset);
    }

    [Fact]
    public async Task Purge_RemovesSettledOrders_AndPositionsAndUnsettledStay()
    {
        foreach (var id in new[] { "old", "unreported", "filled" }) await Risk.GrantAsync(Bot, Order(id), Cancel);
        await Risk.GrantAsync(Bot, Order("new", Sample.Noon.AddHours(2)), Cancel);
        await Risk.EndAsync(Bot, "old", OrderStatus.Canceled, Sample.Noon, Cancel);
        await Risk.EndAsync(Bot, "filled", OrderStatus.Filled, Sample.Noon, Cancel);
        await StateAsync("ES", 4, Sample.Noon);
        Assert.Equal(1, await Risk.PurgeAsync(Sample.Noon.AddHours(1), Cancel));
        Assert.Equal(["filled", "new", "unreported"], (await Book()).Orders.Select(o => o.OrderId).Order());
        Assert.Equal(4m, (await Entry()).Reported);
    }

    private Task StateAsync(string symbol, decimal quantity, DateTimeOffset asOf, StatementKind kind = StatementKind.Report) =>
        Risk.StateAsync(Bot, new(asOf, asOf, [new(symbol, quantity, kind)], 0.5m, [], [], SymbolNames.Plain), Cancel);

    private async Task<PositionEntry> Entry() => (await Book()).Positions.Single(p => p.Symbol == "ES");

    private async Task<IEnumerable<(string, string, decimal)>> Orders() =>
        (await Book()).Orders.OrderBy(o => o.OrderId, StringComparer.Ordinal).Select(o => (o.OrderId, o.Status, o.Filled)).ToArray();

    private Task<RiskBook> Book(string bot = Bot) => Risk.ReadAsync(bot, ["ES"], Sample.Noon, Sample.Noon.AddHours(-12), Cancel);

    internal static GrantedOrder Order(string id, DateTimeOffset? at = null) =>
        new(id, "ES", OrderSide.Buy, 2, 5_000.25m, OrderIntent.Open, 3, at ?? Sample.Noon, OrderStatus.Open, 0, null);
}
