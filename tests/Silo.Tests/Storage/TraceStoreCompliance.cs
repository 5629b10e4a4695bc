using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;

namespace ControlPlane.Silo.Tests.Storage;

public abstract class TraceStoreCompliance : StoreCompliance
{
    private const string Bot = TraceSample.Bot;

    private ITraceStoresUnderTest Traces => (ITraceStoresUnderTest)Store;

    [Fact]
    public async Task Decisions_Appended_ReadBackWholeNewestFirst()
    {
        var decisions = Enumerable.Range(0, 5).Select(i => TraceSample.Decision($"d{i}", Sample.Noon.AddSeconds(i / 2))).ToArray();
        var bare = new DecisionTrace("bare", Sample.Noon.AddMinutes(1), "NQ", "hold", null, decisions[0].Variables.Clear(), null, null, null, null);
        Assert.All(await Traces.Decisions.AppendAsync(Bot, [.. decisions, bare], Cancel), w => Assert.Equal(TraceWrite.Written, w));
        await Traces.Decisions.AppendAsync("another", [TraceSample.Decision("d0")], Cancel);
        await ReopenAsync();

        var first = await Traces.Decisions.PageAsync(Bot, 4, null, Cancel);
        var second = await Traces.Decisions.PageAsync(Bot, 4, first.Next, Cancel);

        Assert.Equal(["bare", "d4", "d3", "d2", "d1", "d0"], first.Items.Concat(second.Items).Select(d => d.Decision.DecisionId));
        Assert.Null(second.Next);
        var read = second.Items[^1].Decision;
        Assert.Equal(decisions[0].Variables.AsEnumerable(), read.Variables);
        Assert.Equal(decisions[0], read with { Variables = decisions[0].Variables });
        Assert.Equal(bare, first.Items[0].Decision with { Variables = bare.Variables });
        Assert.Null(first.Items[0].Trade);
    }

    [Fact]
    public async Task Decisions_SameIdAgain_IsADuplicateOfThatBotAlone()
    {
        await Traces.Decisions.AppendAsync(Bot, [TraceSample.Decision("d1")], Cancel);
        await ReopenAsync();
        var again = await Traces.Decisions.AppendAsync(Bot, [TraceSample.Decision("d1"), TraceSample.Decision("d2"), TraceSample.Decision("d2")], Cancel);

        Assert.Equal([TraceWrite.Duplicate, TraceWrite.Written, TraceWrite.Duplicate], again);
        Assert.Equal([TraceWrite.Written], await Traces.Decisions.AppendAsync("another", [TraceSample.Decision("d1")], Cancel));
        Assert.Equal(2, (await Traces.Decisions.PageAsync(Bot, 10, null, Cancel)).Items.Length);
    }

    [Fact]
    public async Task Decisions_WithATrade_ComeWithIt_WhicheverNamesTheOther()
    {
        await Traces.Decisions.AppendAsync(Bot, [TraceSample.Decision("names", tradeId: "t1"), TraceSample.Decision("named"), TraceSample.Decision("neither"), TraceSample.Decision("ahead", tradeId: "t9")], Cancel);
        await Traces.Trades.AppendAsync(Bot, [TraceSample.Trade("t1"), TraceSample.Trade("t2", decision: "named")], Cancel);
        await Traces.Trades.AppendAsync("another", [TraceSample.Trade("t9"), TraceSample.Trade("t8", decision: "neither")], Cancel);

        Assert.Equal("t1", (await Traces.Decisions.FindAsync(Bot, "names", Cancel))!.Trade!.TradeId);
        Assert.Equal("t2", (await Traces.Decisions.FindAsync(Bot, "named", Cancel))!.Trade!.TradeId);
        Assert.Null((await Traces.Decisions.FindAsync(Bot, "neither", Cancel))!.Trade);
        Assert.Null((await Traces.Decisions.FindAsync(Bot, "ahead", Cancel))!.Trade);
        Assert.Null(await Traces.Decisions.FindAsync(Bot, "nobody", Cancel));
        Assert.Null(await Traces.Decisions.FindAsync("another", "names", Cancel));
    }

    [Fact]
    public async Task Trades_ReportedAgain_AreCompleted_AndNeverContradicted()
    {
        var open = TraceSample.Trade("t1");
        var closed = open with { ClosedAt = Sample.Noon.AddMinutes(5), Pnl = -12.345_678_901_234_567_8m, DecisionId = "d1" };
        await Traces.Trades.AppendAsync("another", [open], Cancel);
        Assert.Equal([TraceWrite.Written], await Traces.Trades.AppendAsync(Bot, [open], Cancel));
        Assert.Equal([TraceWrite.Duplicate], await Traces.Trades.AppendAsync(Bot, [open], Cancel));
        Assert.Equal([TraceWrite.Written], await Traces.Trades.AppendAsync(Bot, [closed], Cancel));
        await ReopenAsync();
        var outcome = await Traces.Trades.AppendAsync(
            Bot, [closed, open, closed with { Pnl = 1 }, closed with { Quantity = 3 }, closed with { Side = OrderSide.Sell }, closed with { ClosedAt = Sample.Noon.AddHours(1) }], Cancel);

        Assert.Equal([TraceWrite.Duplicate, TraceWrite.Duplicate, TraceWrite.Duplicate, TraceWrite.Written, TraceWrite.Conflict, TraceWrite.Duplicate], outcome);
        Assert.Equal([closed with { Quantity = 3 }], (await Traces.Trades.PageAsync(Bot, 10, null, Cancel)).Items);
        Assert.Equal([open], (await Traces.Trades.PageAsync("another", 10, null, Cancel)).Items);
    }

    [Fact]
    public async Task Trades_Appended_PageNewestFirst()
    {
        await Traces.Trades.AppendAsync(Bot, [.. Enumerable.Range(0, 5).Select(i => TraceSample.Trade($"t{i}", Sample.Noon.AddSeconds(i / 2)))], Cancel);
        var first = await Traces.Trades.PageAsync(Bot, 3, null, Cancel);
        var second = await Traces.Trades.PageAsync(Bot, 3, first.Next, Cancel);
        Assert.Equal(["t4", "t3", "t2", "t1", "t0"], first.Items.Concat(second.Items).Select(t => t.TradeId));
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task Cycles_Appended_TheFunnelCountsEachOnceWithinItsWindow()
    {
        await Traces.Cycles.AppendAsync(
            Bot,
            [
                TraceSample.Signal("old", Sample.Noon.AddTicks(-10)),
                TraceSample.Signal("c1"),
                TraceSample.Cycle("c2"),
                TraceSample.Cycle("c3", end: CycleEnd.Suppressed, signals: 2, survived: 1),
                TraceSample.Cycle("c4", end: CycleEnd.Error),
                TraceSample.Cycle("c4", end: CycleEnd.Error),
            ],
            Cancel);
        await ReopenAsync();
        Assert.Equal([TraceWrite.Duplicate, TraceWrite.Conflict], await Traces.Cycles.AppendAsync(Bot, [TraceSample.Signal("c1"), TraceSample.Cycle("c1")], Cancel));
        await Traces.Cycles.AppendAsync("another", [TraceSample.Signal("c9")], Cancel);

        Assert.Equal(new BotFunnel(4, 5, 3, 1, 0, 1, 1, 1, 1), await Traces.Cycles.ReadFunnelAsync(Bot, Sample.Noon, Cancel));

        // Filled is what trades say.
        await Traces.Risk.GrantAsync(Bot, new("o1", "ES", OrderSide.Buy, 2, 5_000.25m, OrderIntent.Open, 1, Sample.Noon, OrderStatus.Open, 0, null), Cancel);
        await Traces.Trades.AppendAsync(Bot, [TraceSample.Trade("t1") with { OrderId = "o1" }], Cancel);
        Assert.Equal(1, (await Traces.Cycles.ReadFunnelAsync(Bot, Sample.Noon, Cancel)).Filled);
        Assert.Equal(new BotFunnel(0, 0, 0, 0, 0, 0, 0, 0, 0), await Traces.Cycles.ReadFunnelAsync("nobody", Sample.Noon, Cancel));
    }

    [Fact]
    public async Task Activity_FollowsTheTraces()
    {
        Assert.Null(await Traces.Activity.ReadAsync(Bot, Sample.Noon, Cancel));
        Assert.Empty(await Traces.Activity.ReadAllAsync(Sample.Noon, Cancel));
        await Traces.Decisions.AppendAsync(Bot, [TraceSample.Decision("d1", Sample.Noon.AddSeconds(9)), TraceSample.Decision("d2", Sample.Noon.AddSeconds(3))], Cancel);
        await Traces.Trades.AppendAsync(
            Bot,
            [
                TraceSample.Trade("before", Sample.Noon.AddTicks(-10), pnl: 100, closed: Sample.Noon),
                TraceSample.Trade("gone", Sample.Noon.AddHours(-2), pnl: 1_000, closed: Sample.Noon.AddHours(-1)),
                TraceSample.Trade("loss", pnl: -0.1m, closed: Sample.Noon.AddMinutes(1)),
                TraceSample.Trade("again", pnl: -0.2m, closed: Sample.Noon.AddMinutes(1)),
                TraceSample.Trade("open"),
            ],
            Cancel);

        // Signals at 1, 3, 5, 8: gaps 2, 2, 3; then four cycles without.
        await Traces.Cycles.AppendAsync(Bot, [.. Enumerable.Range(1, 9).Select(Cycle)], Cancel);
        await Traces.Cycles.AppendAsync(Bot, [.. Enumerable.Range(8, 5).Select(Cycle)], Cancel);
        await Traces.NoTrades.AppendAsync("quiet", [TraceSample.NoTrade("n1")], Cancel);
        await ReopenAsync();

        var read = await Traces.Activity.ReadAsync(Bot, Sample.Noon, Cancel);
        Assert.Equal(new RealisedPart(null, 99.7m, 0), Assert.Single(read!.Realised));
        Assert.Equal(new BotActivity(Sample.Noon.AddSeconds(9), 3, read.Realised, Sample.Noon.AddMinutes(12), 12, 4, Sample.Noon.AddMinutes(8), 3, 3), read);
        var all = await Traces.Activity.ReadAllAsync(Sample.Noon, Cancel);
        Assert.Equal([Bot, "quiet"], all.Keys.Order());
        Assert.Equal(read with { Realised = [] }, all[Bot] with { Realised = [] });
        Assert.Equal(read.Realised, all[Bot].Realised);
        Assert.Equal(new BotActivity(null, 0, [], null, 0, 0, null, 0, null), all["quiet"]);

        static CycleTrace Cycle(int i) => i is 1 or 3 or 5 or 8 ? TraceSample.Signal($"c{i}", Sample.Noon.AddMinutes(i)) : TraceSample.Cycle($"c{i}", Sample.Noon.AddMinutes(i));
    }

    [Fact]
    public async Task TraceUsage_IsThatOfTheBotTheTraceAndTheTime()
    {
        var mine = Sample.Event(bot: Bot);
        await Store.Usage.AppendAsync(
            [
                mine,
                mine with { EventId = Guid.CreateVersion7(), OccurredAt = Sample.Noon.AddSeconds(1), Provider = "openai" },
                mine with { EventId = Guid.CreateVersion7(), OccurredAt = Sample.Noon.AddHours(3) },
                mine with { EventId = Guid.CreateVersion7(), TraceId = new string('b', 32) },
                mine with { EventId = Guid.CreateVersion7(), TraceId = null },
                mine with { EventId = Guid.CreateVersion7(), BotId = "another" },
            ],
            Cancel);

        var read = await Traces.TraceUsage.ReadTraceAsync(Bot, TraceSample.Trace, Sample.Noon.AddHours(-1), Sample.Noon.AddHours(1), 10, Cancel);
        Assert.Equal(["openai", "polygon"], read.Select(e => e.Provider));
        Assert.Equal(mine, read[1]);
        Assert.Single(await Traces.TraceUsage.ReadTraceAsync(Bot, TraceSample.Trace, Sample.Noon.AddHours(-1), Sample.Noon.AddHours(1), 1, Cancel));
    }

    [Fact]
    public async Task Purge_RemovesWhatIsOld_AndOpenTradesStay()
    {
        await Traces.Decisions.AppendAsync(Bot, [TraceSample.Decision("old"), TraceSample.Decision("new", Sample.Noon.AddDays(1))], Cancel);
        await Traces.Trades.AppendAsync(Bot, [TraceSample.Trade("old", closed: Sample.Noon), TraceSample.Trade("open"), TraceSample.Trade("new", closed: Sample.Noon.AddDays(1))], Cancel);
        await Traces.Cycles.AppendAsync(Bot, [TraceSample.Cycle("old"), TraceSample.Cycle("new", Sample.Noon.AddDays(1))], Cancel);
        await Traces.NoTrades.AppendAsync(Bot, [TraceSample.NoTrade("old1"), TraceSample.NoTrade("old2"), TraceSample.NoTrade("new", Sample.Noon.AddDays(1), "NQ")], Cancel);

        var until = Sample.Noon.AddHours(1);
        Assert.Equal(1, await Traces.Decisions.PurgeAsync(until, Cancel));
        Assert.Equal(1, await Traces.Trades.PurgeAsync(until, Cancel));
        Assert.Equal(1, await Traces.Cycles.PurgeAsync(until, Cancel));
        Assert.Equal(2, await Traces.NoTrades.PurgeAsync(until, Cancel));

        Assert.Equal(["new"], (await Traces.Decisions.PageAsync(Bot, 10, null, Cancel)).Items.Select(d => d.Decision.DecisionId));
        Assert.Equal(["new", "open"], (await Traces.Trades.PageAsync(Bot, 10, null, Cancel)).Items.Select(t => t.TradeId).Order());
        Assert.Equal(1, (await Traces.Cycles.ReadFunnelAsync(Bot, Sample.Noon.AddDays(-1), Cancel)).Cycles);
        Assert.Equal(["new"], (await Traces.NoTrades.PageAsync(Bot, null, 10, null, Cancel)).Items.Select(n => n.NoTradeId));
    }

    [Theory]
    [MemberData(nameof(BadCursors.All), MemberType = typeof(BadCursors))]
    public async Task Page_CursorNotOfThisList_IsRefused(string cursor)
    {
        await Assert.ThrowsAsync<InvalidCursorException>(() => Traces.Decisions.PageAsync(Bot, 10, cursor, Cancel));
        await Assert.ThrowsAsync<InvalidCursorException>(() => Traces.NoTrades.PageAsync(Bot, null, 10, cursor, Cancel));
        await Assert.ThrowsAsync<InvalidCursorException>(() => Traces.Trades.PageAsync(Bot, 10, cursor, Cancel));
    }
}
