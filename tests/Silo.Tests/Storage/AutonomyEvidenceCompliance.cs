using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Autonomy.Policy;

namespace ControlPlane.Silo.Tests.Storage;

public abstract class AutonomyEvidenceCompliance : StoreCompliance
{
    private static readonly DateTimeOffset s_from = Sample.Noon.AddDays(-1);

    [Fact]
    public async Task Evidence_OfABotThatDidNothing_IsEmpty()
    {
        var evidence = await Store.Evidence.ReadAsync("b", s_from, Cancel);
        Assert.Empty(evidence.Calls.Concat(evidence.Orders).Concat(evidence.Acts).Concat(evidence.Cycles).Concat(evidence.Heartbeats));
        Assert.Empty(evidence.Violations.Concat(evidence.Interventions));
        Assert.Empty(evidence.Resolved);
    }

    [Fact]
    public async Task Calls_AreCountedByHour_OfThisBotWithinTheWindow()
    {
        await Store.Usage.AppendAsync(
            [
                Sample.Event(Sample.Noon, bot: "b"), Sample.Event(Sample.Noon.AddMinutes(1), bot: "b", status: UsageStatus.Timeout),
                Sample.Event(Sample.Noon.AddHours(2), bot: "b"), Sample.Event(Sample.Noon, bot: "other"), Sample.Event(s_from.AddSeconds(-1), bot: "b"),
            ],
            Cancel);
        var calls = (await Store.Evidence.ReadAsync("b", s_from, Cancel)).Calls;
        Assert.Equal([new EvidenceBucket(Sample.Noon.AddMinutes(1), 1, 2), new(Sample.Noon.AddHours(2), 1, 1)], calls);
    }

    [Fact]
    public async Task Traces_BecomeOrdersCyclesActsAndResolvedDecisions()
    {
        var traces = (ITraceStoresUnderTest)Store;
        var trace = new string('c', 32);
        await traces.Decisions.AppendAsync("b", [TraceSample.Decision("d1", Sample.Noon, traceId: trace) with { Confidence = 0.7 }, TraceSample.Decision("d2", Sample.Noon) with { Confidence = 0.6 }], Cancel);
        await traces.Trades.AppendAsync(
            "b",
            [
                TraceSample.Trade("won", Sample.Noon, pnl: 5, closed: Sample.Noon.AddMinutes(1), decision: "d1"),
                TraceSample.Trade("lost", Sample.Noon, pnl: -5, closed: Sample.Noon.AddMinutes(1), decision: "d2"),
                TraceSample.Trade("unexplained", Sample.Noon.AddMinutes(2)),
            ],
            Cancel);
        await traces.NoTrades.AppendAsync("b", [TraceSample.NoTrade("n1", Sample.Noon)], Cancel);
        await traces.Cycles.AppendAsync(
            "b",
            [
                TraceSample.Signal("whole", Sample.Noon) with { TraceId = trace },
                TraceSample.Signal("no-decision", Sample.Noon.AddSeconds(1)) with { TraceId = new string('d', 32) },
                TraceSample.Cycle("quiet", Sample.Noon.AddSeconds(2)) with { TraceId = new string('e', 32) },
                TraceSample.Cycle("broken", Sample.Noon.AddSeconds(3), CycleEnd.Error) with { TraceId = null },
            ],
            Cancel);
        var evidence = await Store.Evidence.ReadAsync("b", s_from, Cancel);
        Assert.Equal([new EvidenceBucket(Sample.Noon.AddSeconds(3), 2, 3)], evidence.Orders);
        Assert.Equal([new EvidenceBucket(Sample.Noon.AddSeconds(3), 2, 4)], evidence.Cycles);
        Assert.Equal([new EvidenceBucket(Sample.Noon.AddMinutes(2), 2, 4)], evidence.Acts);
        Assert.Equal([(0.6, false), (0.7, true)], evidence.Resolved.Select(r => (r.Confidence, r.Won)).Order());
        Assert.Empty(evidence.Violations);
    }

    [Fact]
    public async Task Violations_AreTradesUnderNoGrantedOrder_OrAgainstTheKill()
    {
        var traces = (ITraceStoresUnderTest)Store;
        await Store.Transitions.AppendAsync(
            [
                Sample.Transition(Sample.Noon, 1, "kill_switch") with { To = "engaged" }, Sample.Transition(Sample.Noon.AddMinutes(10), 2, "kill_switch") with { To = "released" },
            ],
            Cancel);
        await traces.Trades.AppendAsync(
            "b",
            [
                TraceSample.Trade("before", Sample.Noon.AddMinutes(-1)), TraceSample.Trade("under-way", Sample.Noon.AddSeconds(3)),
                TraceSample.Trade("against", Sample.Noon.AddMinutes(5)), TraceSample.Trade("after", Sample.Noon.AddMinutes(11)),
                TraceSample.Trade("not-granted", Sample.Noon.AddMinutes(20)) with { OrderId = "nobody-granted-it" },
            ],
            Cancel);
        Assert.Equal([Sample.Noon.AddMinutes(20), Sample.Noon.AddMinutes(5)], (await Store.Evidence.ReadAsync("b", s_from, Cancel)).Violations);
    }

    [Fact]
    public async Task Interventions_AreWhatAnOperatorDidToThisBot()
    {
        var entries = new[] { ("kill.engage", "bot/b", "operator", "done"), ("kill.engage", "bot/b", "runner", "done"), ("runner.stop", "bot/other", "operator", "done"), ("kill.engage", "bot/b", "operator", "refused") };
        for (var i = 0; i < entries.Length; i++)
        {
            var (action, target, role, outcome) = entries[i];
            var entry = Sample.Audit(i + 1);
            await Store.Audit.AppendAsync(entry with { Fact = entry.Fact with { At = Sample.Noon, Action = action, Target = target, Outcome = outcome, By = new Caller(role, role, new string('a', 32)) } }, Cancel);
        }

        Assert.Equal([Sample.Noon], (await Store.Evidence.ReadAsync("b", s_from, Cancel)).Interventions);
    }

    [Fact]
    public async Task Heartbeats_AddUpWithinAnHour()
    {
        await Store.Evidence.AddHeartbeatsAsync("b", Sample.Noon, 5, 0, Cancel);
        await Store.Evidence.AddHeartbeatsAsync("b", Sample.Noon.AddMinutes(10), 4, 1, Cancel);
        await ReopenAsync();
        Assert.Equal([new EvidenceBucket(Sample.Noon.AddMinutes(10), 9, 10)], (await Store.Evidence.ReadAsync("b", s_from, Cancel)).Heartbeats);
    }

    [Fact]
    public async Task Scores_Appended_ReadBackNewestFirst_AndTheLastOfEachRegisteredBot()
    {
        var spec = new BotSpec("B", null, [], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty);
        await Store.Bots.UpsertAsync(new("b", spec, AutonomyTier.Observe, KillSwitch.Released), Cancel);
        await Store.Bots.UpsertAsync(new("quiet", spec, AutonomyTier.Observe, KillSwitch.Released), Cancel);
        await Store.Evidence.AppendScoreAsync("b", new(Sample.Noon, AutonomyTier.Observe, null, "first", null), Cancel);
        await Store.Evidence.AppendScoreAsync("b", new(Sample.Noon.AddHours(-1), AutonomyTier.Paper, 61.5, "second", "operator"), Cancel);
        await ReopenAsync();
        Assert.Equal(["second", "first"], (await Store.Evidence.ScoresAsync("b", 10, Cancel)).Select(s => s.Reason));
        var last = await Store.Evidence.LastScoresAsync(Cancel);
        Assert.Equal((61.5, null), (last["b"], last["quiet"]));
        Assert.Equal(["b", "quiet"], await Store.Evidence.BotsWithEvidenceAsync(null, Cancel));
        Assert.Empty(await Store.Evidence.BotsWithEvidenceAsync(s_from, Cancel));
        await Store.Usage.AppendAsync([Sample.Event(Sample.Noon, bot: "b"), Sample.Event(Sample.Noon, bot: "not-registered")], Cancel);
        Assert.Equal(["b"], await Store.Evidence.BotsWithEvidenceAsync(s_from, Cancel));
    }
}
