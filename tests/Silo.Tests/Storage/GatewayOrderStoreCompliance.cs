using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Silo.Tests.Storage;

public abstract class GatewayOrderStoreCompliance : StoreCompliance
{
    private const string Bot = TraceSample.Bot;

    private IRiskStore Risk => ((ITraceStoresUnderTest)Store).Risk;

    private IGatewayOrderStore Gateway => ((ITraceStoresUnderTest)Store).GatewayOrders;

    [Fact]
    public async Task Passage_IsReadBackWhole_AfterEveryStep()
    {
        var order = Order("o1", "c1");
        await Risk.GrantAsync(Bot, order, Cancel);
        await Risk.GrantAsync(Bot, Order("plain", null) with { Passage = null }, Cancel);
        await ReopenAsync();
        Assert.Equal(order, await Gateway.FindAsync(Bot, "o1", Cancel));
        Assert.Null((await Gateway.FindAsync(Bot, "plain", Cancel))!.Passage);

        var whole = order with
        {
            Quantity = 3,
            Price = 1.5m,
            Passage = order.Passage! with
            {
                State = PassageState.Answered,
                ProviderOrderId = "p1",
                SentAt = Sample.Noon,
                AnsweredAt = Sample.Noon.AddSeconds(1),
                Lookups = 4,
                DueAt = Sample.Noon.AddSeconds(2),
                Seen = 0.000_000_001m,
                SeenPrice = -37.63m,
                SeenAt = Sample.Noon.AddSeconds(3),
                Matched = 0.5m,
                SeenPnl = -1.25m,
            },
        };
        Assert.Equal(whole, await Gateway.ChangeAsync(Bot, "o1", o => o == order ? whole : null, Cancel));
        await ReopenAsync();
        Assert.Equal(whole, await Gateway.FindAsync(Bot, "o1", Cancel));
        Assert.Contains(whole, (await Risk.ReadAsync(Bot, ["ES"], Sample.Noon, Sample.Noon, Cancel)).Orders);
        Assert.Null(await Gateway.ChangeAsync(Bot, "o1", _ => null, Cancel));
        Assert.Null(await Gateway.ChangeAsync(Bot, "o2", o => o, Cancel));
        Assert.Null(await Gateway.ChangeAsync("another", "o1", o => o, Cancel));
    }

    [Fact]
    public async Task Venues_AreWhereOrdersWent_AndTradersWhoSentThem()
    {
        var sent = Order("o1", "c1");
        await Risk.GrantAsync(Bot, sent, Cancel);
        await Risk.GrantAsync(Bot, Order("o2", "c2"), Cancel);
        await Risk.GrantAsync(Bot, Order("plain", null) with { Passage = null }, Cancel);
        await Risk.GrantAsync("taken-back", Order("o3", "c3"), Cancel);
        await Risk.EndAsync("taken-back", "o3", OrderStatus.Revoked, Sample.Noon, Cancel);
        var passage = sent.Passage!;
        var venues = await Gateway.VenuesAsync(Bot, DateTimeOffset.UnixEpoch, Cancel);
        Assert.Equal(2, venues.Length);
        Assert.Contains(new OrderVenue(sent.Symbol, passage.Provider, passage.Environment, passage.Route), venues);
        Assert.Contains(new OrderVenue(sent.Symbol, null, null, null), venues);
        Assert.Empty(await Gateway.VenuesAsync(Bot, sent.GrantedAt.AddSeconds(1), Cancel));
        Assert.Empty(await Gateway.VenuesAsync("taken-back", DateTimeOffset.UnixEpoch, Cancel));

        var traders = await Gateway.TradersAsync(passage.Provider, 0, Cancel);
        Assert.Equal([Bot, "taken-back"], traders.Select(trader => trader.BotId).Order(StringComparer.Ordinal));
        Assert.Empty(await Gateway.TradersAsync(passage.Provider, traders.Max(trader => trader.Row), Cancel));
        Assert.Empty(await Gateway.TradersAsync("another", 0, Cancel));
    }

    [Fact]
    public async Task Change_OfOneOrderAtOnce_ComesToPassOnceAfterTheOther()
    {
        await Risk.GrantAsync(Bot, Order("o1", "c1"), Cancel);
        var sent = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Gateway.ChangeAsync(
            Bot, "o1", o => o.Passage!.State == PassageState.Granted ? o with { Passage = o.Passage with { State = PassageState.Sent } } : null, Cancel)));
        Assert.Single(sent.OfType<GrantedOrder>());
    }

    [Fact]
    public async Task Due_GivesWhatIsDue_TheLongestFirst()
    {
        await Risk.GrantAsync(Bot, Due("o1", Sample.Noon.AddSeconds(2)), Cancel);
        await Risk.GrantAsync("another", Due("o2", Sample.Noon), Cancel);
        await Risk.GrantAsync(Bot, Due("o3", Sample.Noon.AddSeconds(9)), Cancel);
        await Risk.GrantAsync(Bot, Due("o4", null), Cancel);
        Assert.Equal([("another", "o2"), (Bot, "o1")], (await Gateway.DueAsync(Sample.Noon.AddSeconds(5), 10, Cancel)).Select(d => (d.BotId, d.Order.OrderId)));
        Assert.Single(await Gateway.DueAsync(Sample.Noon.AddSeconds(5), 1, Cancel));

        // An order that has ended needs nobody.
        await Risk.EndAsync(Bot, "o1", OrderStatus.Canceled, Sample.Noon, Cancel);
        Assert.Equal("o2", Assert.Single(await Gateway.DueAsync(Sample.Noon.AddSeconds(5), 10, Cancel)).Order.OrderId);
    }

    [Fact]
    public async Task AtProvider_FindsByEitherIdAndByWhatIsOpen()
    {
        await Risk.GrantAsync(Bot, Sent(Order("o1", "c1"), "p1"), Cancel);
        await Risk.GrantAsync("another", Sent(Order("o2", "c2"), "p2"), Cancel);
        await Risk.GrantAsync("another", Order("o3", "c3"), Cancel);
        await Risk.GrantAsync(Bot, Sent(Order("o4", "c4"), null) with { Status = OrderStatus.Canceled }, Cancel);
        Assert.Equal(["o1", "o2"], (await Gateway.FindAtProviderAsync("alpaca", "p1", "c2", Cancel)).Select(f => f.Order.OrderId).Order());
        Assert.Equal("o3", Assert.Single(await Gateway.FindAtProviderAsync("alpaca", null, "c3", Cancel)).Order.OrderId);
        Assert.Empty(await Gateway.FindAtProviderAsync("oanda", "p1", "c1", Cancel));
        Assert.Empty(await Gateway.FindAtProviderAsync("alpaca", null, null, Cancel));
        Assert.Equal([("another", "o2"), (Bot, "o1")], (await Gateway.OpenAtProviderAsync("alpaca", Cancel)).Select(o => (o.BotId, o.Order.OrderId)).OrderBy(o => o.BotId, StringComparer.Ordinal));
    }

    [Fact]
    public async Task WhatTheGatewaySawFilled_KeepsAnEndedOrderUnsettled_UntilItIsMatched()
    {
        await Risk.GrantAsync(Bot, Sent(Order("o1", "c1"), "p1"), Cancel);
        var ended = await Gateway.ChangeAsync(Bot, "o1", o => o with { Status = OrderStatus.Canceled, Passage = o.Passage! with { Seen = 1 } }, Cancel);
        Assert.Equal((false, 1m), (ended!.IsSettled, ended.Beyond));
        Assert.Single((await Risk.ReadAsync(Bot, ["ES"], Sample.Noon.AddDays(1), Sample.Noon, Cancel)).Orders);
        Assert.Equal(0, await Risk.PurgeAsync(Sample.Noon.AddDays(1), Cancel));
        await Gateway.WriteAsync(Bot, [ended with { Passage = ended.Passage! with { Matched = 1 } }], Cancel);
        Assert.Empty((await Risk.ReadAsync(Bot, ["ES"], Sample.Noon.AddDays(1), Sample.Noon, Cancel)).Orders);
        Assert.Equal(1, await Risk.PurgeAsync(Sample.Noon.AddDays(1), Cancel));
    }

    [Fact]
    public async Task WhatTheGatewayReckons_CountsForTheDay_AndABotCanOnlyMakeALossLarger()
    {
        async Task<(decimal Pnl, long Unknown)> Realised()
        {
            var parts = (await Risk.ReadAsync(Bot, ["ES"], Sample.Noon, Sample.Noon.AddHours(-12), Cancel)).RealisedToday;
            return (parts.Sum(p => p.Pnl), parts.Sum(p => p.Unknown));
        }

        await Risk.GrantAsync(Bot, Exit("x1", 40), Cancel);
        await Risk.GrantAsync(Bot, Exit("yesterday", -1_000) is var old ? old with { Passage = old.Passage! with { SeenAt = Sample.Noon.AddDays(-1) } } : null!, Cancel);
        Assert.Equal((40, 0), await Realised());

        // The bot tells of the exit: a gain that is larger changes nothing, a loss does.
        await CloseAsync("t1", "x1", 90);
        Assert.Equal((40, 0), await Realised());
        await Risk.GrantAsync(Bot, Exit("x2", 10), Cancel);
        await CloseAsync("t2", "x2", -5);
        Assert.Equal((35, 0), await Realised());

        // What the bot leaves open the gateway knows; what neither knows is unknown.
        await Risk.GrantAsync(Bot, Exit("x3", -7), Cancel);
        await CloseAsync("t3", "x3", null);
        Assert.Equal((28, 0), await Realised());
        await Risk.GrantAsync(Bot, Exit("x4", null), Cancel);
        Assert.Equal((28, 1), await Realised());
    }

    private Task CloseAsync(string trade, string exit, decimal? pnl) => ((ITraceStoresUnderTest)Store).Trades.AppendAsync(
        Bot, [TraceSample.Trade(trade) with { OpenedAt = Sample.Noon.AddMinutes(-2), ClosedAt = Sample.Noon.AddMinutes(-1), CloseOrderId = exit, Pnl = pnl, CountsAt = Sample.Noon.AddMinutes(-1) }], Cancel);

    private static GrantedOrder Exit(string id, decimal? pnl) => Order(id, "c" + id) is var order
        ? order with { Side = OrderSide.Sell, Intent = OrderIntent.Reduce, Status = OrderStatus.Filled, Passage = order.Passage! with { State = PassageState.Answered, Seen = 2, Matched = 2, SeenAt = Sample.Noon, SeenPnl = pnl } }
        : null!;

    private static GrantedOrder Due(string id, DateTimeOffset? at) => Order(id, "c" + id) is var order ? order with { Passage = order.Passage! with { DueAt = at } } : order;

    private static GrantedOrder Sent(GrantedOrder order, string? providerOrderId) =>
        order with { Passage = order.Passage! with { State = PassageState.Sent, ProviderOrderId = providerOrderId } };

    private static GrantedOrder Order(string id, string? clientId) =>
        new(id, "ES", OrderSide.Buy, 2, 5_000.25m, OrderIntent.Open, 3, Sample.Noon, OrderStatus.Open, 0, null)
        {
            ClientOrderId = clientId,
            Passage = new("alpaca", "paper", "POST /v2/orders", new string('a', 64), """{"symbol":"ES"}"""),
        };
}
