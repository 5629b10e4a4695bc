using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;

namespace ControlPlane.Silo.Tests.Storage;

/// <summary>A trace is found in every list, however old the record is and whichever bot's.</summary>
public abstract class TraceIndexCompliance : StoreCompliance
{
    private static readonly string s_trace = new('9', 32);

    private ITraceStoresUnderTest Traces => (ITraceStoresUnderTest)Store;

    [Fact]
    public async Task Trace_IsFoundInEveryList()
    {
        const string bot = TraceSample.Bot;
        var usage = Sample.Event(Sample.Noon, status: UsageStatus.RateLimited) with { TraceId = s_trace, ErrorCode = "slow_down" };
        await Store.Usage.AppendAsync([usage, Sample.Event(Sample.Noon)], Cancel);
        await Store.Verifications.AppendAsync(Sample.Verification(Sample.Noon.AddSeconds(1)) with { TraceId = s_trace, Status = VerifyStatus.ValidLimited }, Cancel);
        await Store.Transitions.AppendAsync([Sample.Transition(Sample.Noon.AddSeconds(2)) with { TraceId = s_trace }], Cancel);
        var audit = Sample.Audit(1);
        audit = audit with { Fact = audit.Fact with { At = Sample.Noon.AddSeconds(3), By = audit.Fact.By with { TraceId = s_trace } } };
        await Store.Audit.AppendAsync(audit, Cancel);
        await Traces.Decisions.AppendAsync(bot, [TraceSample.Decision("d1", Sample.Noon.AddSeconds(4), traceId: s_trace)], Cancel);
        await Traces.NoTrades.AppendAsync(bot, [TraceSample.NoTrade("n1", Sample.Noon.AddSeconds(5)) with { TraceId = s_trace }], Cancel);
        await Traces.Trades.AppendAsync(bot, [TraceSample.Trade("t1", Sample.Noon.AddSeconds(6)) with { TraceId = s_trace }], Cancel);
        await Traces.Cycles.AppendAsync(bot, [TraceSample.Signal("c1", Sample.Noon.AddSeconds(7)) with { TraceId = s_trace }], Cancel);
        await Traces.Risk.GrantAsync(bot, RiskStoreCompliance.Order("o1", Sample.Noon.AddSeconds(8)) with { TraceId = s_trace }, Cancel);
        await ReopenAsync();

        var found = await Traces.TraceIndex.FindAsync(s_trace, 100, Cancel);
        Assert.Equal(
            [TraceKinds.Order, TraceKinds.Cycle, TraceKinds.Trade, TraceKinds.NoTrade, TraceKinds.Decision, TraceKinds.Audit, TraceKinds.Transition, TraceKinds.Verification, TraceKinds.UsageEvent],
            found.Select(record => record.Kind));
        Assert.Equal(Enumerable.Range(0, 9).Select(second => Sample.Noon.AddSeconds(8 - second)), found.Select(record => record.At));
        Assert.Equal(
            new TraceRecord(TraceKinds.UsageEvent, Sample.Noon, "polygon", bot, usage.EventId.ToString(), "GET /v3/quotes", "slow_down", "rate_limited"), found[^1]);
        Assert.Equal("valid_limited", found[^2].Outcome);
        Assert.Equal((bot, "d1"), (found[4].BotId, found[4].Id));
        Assert.Equal("RISK_LIMIT", found[3].Detail);
        Assert.Contains("ES", found[2].What, StringComparison.Ordinal);
        Assert.Empty(await Traces.TraceIndex.FindAsync(new string('8', 32), 100, Cancel));
    }

    [Fact]
    public async Task OldEvent_BehindThousandsOfNewerOnes_AndOfALaterBot_IsFound()
    {
        var old = Sample.Event(Sample.Noon.AddDays(-20), bot: "bot-zz") with { TraceId = s_trace };
        await Store.Usage.AppendAsync([old], Cancel);
        await Store.Usage.AppendAsync(Sample.Events(2_000, Sample.Noon), Cancel);
        for (var i = 0; i < 30; i++) await Traces.Decisions.AppendAsync($"bot-{i:00}", [TraceSample.Decision("d1", Sample.Noon)], Cancel);
        await Traces.Decisions.AppendAsync("bot-zz", [TraceSample.Decision("d1", Sample.Noon, traceId: s_trace)], Cancel);
        var found = await Traces.TraceIndex.FindAsync(s_trace, 100, Cancel);
        Assert.Equal([(TraceKinds.Decision, "bot-zz"), (TraceKinds.UsageEvent, "bot-zz")], found.Select(record => (record.Kind, record.BotId!)));
    }

    [Fact]
    public async Task Limit_CountsForEachList_TheNewestFirst()
    {
        await Store.Usage.AppendAsync([.. Enumerable.Range(0, 5).Select(i => Sample.Event(Sample.Noon.AddSeconds(i)) with { TraceId = s_trace })], Cancel);
        await Traces.Decisions.AppendAsync("a", [TraceSample.Decision("d1", Sample.Noon.AddSeconds(-1), traceId: s_trace)], Cancel);
        var found = await Traces.TraceIndex.FindAsync(s_trace, 2, Cancel);
        Assert.Equal([Sample.Noon.AddSeconds(4), Sample.Noon.AddSeconds(3), Sample.Noon.AddSeconds(-1)], found.Select(record => record.At));
    }
}
