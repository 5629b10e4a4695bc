using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces;

namespace ControlPlane.Silo.Tests.Storage;

public abstract class NoTradeStoreCompliance : StoreCompliance
{
    private const string Bot = TraceSample.Bot;

    private INoTradeStore NoTrades => ((ITraceStoresUnderTest)Store).NoTrades;

    [Fact]
    public async Task EqualNeighbours_AreFolded_AcrossCallsAndARestart()
    {
        await NoTrades.AppendAsync(Bot, [TraceSample.NoTrade("n1"), TraceSample.NoTrade("n2", Sample.Noon.AddSeconds(2))], Cancel);
        await ReopenAsync();
        await NoTrades.AppendAsync(Bot, [TraceSample.NoTrade("n3", Sample.Noon.AddSeconds(-1), actual: 1_700)], Cancel);

        var row = Assert.Single((await NoTrades.PageAsync(Bot, null, 10, null, Cancel)).Items);
        Assert.Equal(("n1", 3, Sample.Noon.AddSeconds(-1), Sample.Noon.AddSeconds(2), "ES", TraceSample.Trace), (row.NoTradeId, row.Count, row.FirstAt, row.LastAt, row.Symbol, row.TraceId));
        Assert.Equal([new NoTradeReason(NoTradeCodes.RiskLimit, "max_order_notional", 1_000m, 1_700m, "too dear")], row.Reasons);
    }

    [Fact]
    public async Task Others_AreNotFolded()
    {
        var two = new NoTradeTrace("n7", Sample.Noon, "ES", [new(NoTradeCodes.RiskLimit, "max_order_notional", 1, 2, null), new(NoTradeCodes.Cooldown, null, null, null, null)], null);
        NoTradeTrace[] all =
        [
            TraceSample.NoTrade("n1"),
            TraceSample.NoTrade("n2", symbol: "NQ"),
            TraceSample.NoTrade("n3"),
            TraceSample.NoTrade("n4", rule: "max_open_orders"),
            TraceSample.NoTrade("n5", rule: null),
            TraceSample.NoTrade("n6", code: NoTradeCodes.NoSignal, rule: null),
            two,
            two with { NoTradeId = "n8", Reasons = [two.Reasons[1], two.Reasons[0]] },
            TraceSample.NoTrade("n9", symbol: null),
        ];
        await NoTrades.AppendAsync(Bot, all, Cancel);
        await NoTrades.AppendAsync("another", [all[^1]], Cancel);

        var rows = (await NoTrades.PageAsync(Bot, null, 100, null, Cancel)).Items;
        Assert.Equal(all.Select(n => n.NoTradeId).Reverse(), rows.Select(r => r.NoTradeId));
        Assert.All(rows, r => Assert.Equal(1, r.Count));
        Assert.Null(rows[0].Symbol);
        Assert.Equal(two.Reasons, rows[2].Reasons);
    }

    [Fact]
    public async Task SameIdAgain_CountsOnce_AlsoAfterAnotherCame()
    {
        await NoTrades.AppendAsync(Bot, [TraceSample.NoTrade("n1"), TraceSample.NoTrade("n2"), TraceSample.NoTrade("n3", symbol: "NQ")], Cancel);
        await ReopenAsync();
        Assert.Equal([TraceWrite.Duplicate, TraceWrite.Duplicate, TraceWrite.Written], await NoTrades.AppendAsync(Bot, [TraceSample.NoTrade("n2"), TraceSample.NoTrade("n1"), TraceSample.NoTrade("n4", symbol: "NQ")], Cancel));
        Assert.Equal([("n3", 2L), ("n1", 2L)], (await NoTrades.PageAsync(Bot, null, 10, null, Cancel)).Items.Select(r => (r.NoTradeId, r.Count)));
    }

    [Fact]
    public async Task ManyAtOnce_LoseNoneAndCountNoneTwice()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => NoTrades.AppendAsync(Bot, [.. Enumerable.Range(0, 5).Select(j => TraceSample.NoTrade($"n{i}-{j}", symbol: i % 2 == 0 ? "ES" : "NQ"))], Cancel)));
        var rows = (await NoTrades.PageAsync(Bot, null, 500, null, Cancel)).Items;
        Assert.Equal(200, rows.Sum(r => r.Count));
        Assert.All(rows.Zip(rows.Skip(1)).Where(p => p.First.LastAt == p.Second.LastAt), p => Assert.NotEqual(p.First.Symbol, p.Second.Symbol));
        Assert.Equal([new NoTradeReasonCount(NoTradeCodes.RiskLimit, 200, Sample.Noon)], await NoTrades.CountReasonsAsync(Bot, Sample.Noon, Cancel));
    }

    [Fact]
    public async Task Page_ByCodeAndCursor_WalksAll()
    {
        await NoTrades.AppendAsync(
            Bot, [.. Enumerable.Range(0, 10).Select(i => TraceSample.NoTrade($"n{i}", Sample.Noon.AddSeconds(i / 3), code: i % 2 == 0 ? NoTradeCodes.NoSignal : NoTradeCodes.Cooldown))], Cancel);
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await NoTrades.PageAsync(Bot, NoTradeCodes.Cooldown, 2, cursor, Cancel);
            seen.AddRange(page.Items.Select(r => r.NoTradeId));
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal(["n9", "n7", "n5", "n3", "n1"], seen);
    }

    [Fact]
    public async Task CountReasons_CountsEachNoTradeWithinTheWindow_FoldedOrNot()
    {
        await NoTrades.AppendAsync(
            Bot,
            [
                TraceSample.NoTrade("old", Sample.Noon.AddSeconds(-1)),
                TraceSample.NoTrade("n1"),
                TraceSample.NoTrade("n2", Sample.Noon.AddSeconds(4)),
                new("n3", Sample.Noon.AddSeconds(1), "ES", [new(NoTradeCodes.Cooldown, "a", null, null, null), new(NoTradeCodes.Cooldown, "b", null, null, null), new(NoTradeCodes.DataStale, null, null, null, null)], null),
            ],
            Cancel);
        Assert.Equal(
            [new(NoTradeCodes.RiskLimit, 2, Sample.Noon.AddSeconds(4)), new(NoTradeCodes.Cooldown, 1, Sample.Noon.AddSeconds(1)), new(NoTradeCodes.DataStale, 1, Sample.Noon.AddSeconds(1))],
            await NoTrades.CountReasonsAsync(Bot, Sample.Noon, Cancel));
        Assert.Empty(await NoTrades.CountReasonsAsync("nobody", Sample.Noon, Cancel));
    }
}
