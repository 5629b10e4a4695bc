using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Autonomy.Policy;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Silo.Tests.Storage;

public abstract class AutonomyEvidenceCompliance : StoreCompliance
{
    private static readonly DateTimeOffset s_from = Sample.Noon.AddDays(-1);

    private ITraceStoresUnderTest Traces => (ITraceStoresUnderTest)Store;

    [Fact]
    public async Task Evidence_OfABotThatDidNothing_IsEmpty()
    {
        var evidence = await Read();
        Assert.Empty(evidence.Calls.Concat(evidence.Orders).Concat(evidence.Acts).Concat(evidence.Cycles).Concat(evidence.Heartbeats));
        Assert.Empty(evidence.Violations);
        Assert.Empty(evidence.Interventions);
        Assert.Empty(evidence.Resolved);
    }

    [Fact]
    public async Task Calls_AreCountedByHour_OfThisBotWithinTheWindow_AndOnlyWhereItsRunnerWasSeen()
    {
        await Seen(Sample.Noon, Sample.Noon.AddHours(2));
        await Store.Usage.AppendAsync(
            [
                Sample.Event(Sample.Noon, bot: "b"), Sample.Event(Sample.Noon.AddMinutes(1), bot: "b", status: UsageStatus.Timeout),
                Sample.Event(Sample.Noon.AddHours(2), bot: "b"), Sample.Event(Sample.Noon, bot: "other"), Sample.Event(s_from.AddSeconds(-1), bot: "b"),
                Sample.Event(Sample.Noon.AddHours(1), bot: "b"),
            ],
            Cancel);
        var calls = (await Read()).Calls;
        Assert.Equal([new EvidenceBucket(Sample.Noon.AddMinutes(1), 1, 2), new(Sample.Noon.AddHours(2), 1, 1)], calls);
    }

    [Fact]
    public async Task Orders_ThatEnded_AreGoodWhenATradeFillsThem_AndCyclesThatBrokeOffNeverAre()
    {
        await Grant("filled", "told-filled", "rejected", "canceled", "unreported", "young");
        await Traces.Risk.EndAsync("b", "told-filled", OrderStatus.Filled, Sample.Noon, Cancel);
        await Traces.Risk.EndAsync("b", "rejected", OrderStatus.Rejected, Sample.Noon, Cancel);
        await Traces.Risk.EndAsync("b", "canceled", OrderStatus.Canceled, Sample.Noon, Cancel);
        await Traces.Trades.AppendAsync("b", [Fill("t1", "filled")], Cancel);
        await Traces.Cycles.AppendAsync("b", [TraceSample.Cycle("broken", Sample.Noon, CycleEnd.Error) with { ReceivedAt = Sample.Noon }, TraceSample.Signal("fine", Sample.Noon)], Cancel);
        var late = await Store.Evidence.ReadAsync("b", s_from, Sample.Noon.AddHours(1), Cancel);
        Assert.Equal((1, 6), (late.Orders.Sum(o => o.Good), late.Orders.Sum(o => o.Total)));
        var early = await Store.Evidence.ReadAsync("b", s_from, Sample.Noon, Cancel);
        Assert.Equal((1, 3), (early.Orders.Sum(o => o.Good), early.Orders.Sum(o => o.Total)));
    }

    [Fact]
    public async Task Traces_BecomeCyclesActsAndResolvedDecisions_DatedByReceipt()
    {
        var trace = new string('c', 32);
        var received = Sample.Noon.AddMinutes(5);
        await Seen(received);
        await Grant("o1", "o2", "o3", "o4");

        // An exit is explained by the decision to open.
        await Traces.Risk.GrantAsync("b", new("exit", "ES", OrderSide.Sell, 2, 5_000.25m, OrderIntent.Reduce, 1, Sample.Noon, OrderStatus.Open, 0, null), Cancel);
        await Traces.Decisions.AppendAsync(
            "b",
            [
                TraceSample.Decision("d1", Sample.Noon, traceId: trace) with { Confidence = 0.7, ReceivedAt = received }, TraceSample.Decision("d2", Sample.Noon) with { Confidence = 0.6, ReceivedAt = received },
                TraceSample.Decision("after", Sample.Noon) with { Confidence = 1, ReceivedAt = received.AddMinutes(2) },
            ],
            Cancel);
        TradeTrace Closed(string id, string order, string decision, decimal pnl) =>
            Fill(id, order) with { DecisionId = decision, Pnl = pnl, ClosedAt = Sample.Noon.AddMinutes(1), ReceivedAt = received.AddMinutes(1) };
        await Traces.Trades.AppendAsync(
            "b",
            [
                Closed("won", "o1", "d1", 5), Fill("exited", "exit") with { Side = OrderSide.Sell, Pnl = 1, ClosedAt = Sample.Noon }, Closed("again", "o1", "d1", 5), Closed("lost", "o2", "d2", -5), Closed("known", "o3", "after", 5), Fill("unexplained", "o4"),
                Closed("import", "o2", "d2", 5) with { History = true },
            ],
            Cancel);
        await Traces.NoTrades.AppendAsync("b", [TraceSample.NoTrade("n1", Sample.Noon)], Cancel);
        await Traces.Cycles.AppendAsync(
            "b",
            [
                TraceSample.Signal("whole", Sample.Noon) with { TraceId = trace, ReceivedAt = received },
                TraceSample.Signal("no-decision", Sample.Noon.AddSeconds(1)) with { TraceId = new string('d', 32), ReceivedAt = received },
                TraceSample.Cycle("quiet", Sample.Noon.AddSeconds(2)) with { TraceId = new string('e', 32), ReceivedAt = received },
                TraceSample.Cycle("unseen", Sample.Noon.AddSeconds(2)) with { TraceId = new string('e', 32), ReceivedAt = received.AddHours(3) },
            ],
            Cancel);
        var evidence = await Read();
        Assert.Equal([new EvidenceBucket(received, 2, 3)], evidence.Cycles);
        Assert.Equal((3, 5), (evidence.Acts.Sum(a => a.Good), evidence.Acts.Sum(a => a.Total)));
        Assert.Equal([(0.6, false, received.AddMinutes(1)), (0.7, true, received.AddMinutes(1))], evidence.Resolved.Select(r => (r.Confidence, r.Won, r.At)).Order());
    }

    [Fact]
    public async Task Violations_NameTheirRule_AndTheReceipt()
    {
        var received = Sample.Noon.AddHours(1);
        await Store.Transitions.AppendAsync(
            [
                Sample.Transition(Sample.Noon, 1, "kill_switch") with { To = "engaged" }, Sample.Transition(Sample.Noon.AddMinutes(10), 2, "kill_switch") with { To = "released" },
                Sample.Transition(Sample.Noon.AddMinutes(30), 3, "bot/b/kill_switch") with { To = "engaged" }, Sample.Transition(Sample.Noon.AddMinutes(30), 3, "bot/other/kill_switch") with { To = "engaged" },
                Sample.Transition(Sample.Noon.AddMinutes(40), 4, "bot/b/kill_switch") with { To = "released" },
            ],
            Cancel);
        await Grant("o1", "o2", "o3", "o4", "o5", "o6", "o7");
        await Traces.Trades.AppendAsync(
            "b",
            [
                Fill("before", "o1") with { OpenedAt = Sample.Noon.AddMinutes(-1) }, Fill("under-way", "o2") with { OpenedAt = Sample.Noon.AddSeconds(3) },
                Fill("against", "o3") with { OpenedAt = Sample.Noon.AddMinutes(5), ReceivedAt = received }, Fill("after", "o4") with { OpenedAt = Sample.Noon.AddMinutes(11) },
                Fill("own", "o5") with { OpenedAt = Sample.Noon.AddMinutes(35), ReceivedAt = received.AddMinutes(1) },
                Fill("not-granted", "nobody-granted-it") with { ReceivedAt = received.AddMinutes(2) }, Fill("none", "") with { OrderId = null, ReceivedAt = received.AddMinutes(3) },
                Fill("import", "") with { OrderId = null, History = true, ReceivedAt = received, ClosedAt = Sample.Noon, Pnl = 1 },
                Fill("first", "o6"), Fill("more", "o6") with { Quantity = 0.5m, ReceivedAt = received.AddMinutes(4) },
                Fill("from-before-receipts", "") with { OrderId = null, ReceivedAt = null },
            ],
            Cancel);
        Assert.Equal(
            [
                new Violation(received, Violation.UnderKill), new(received.AddMinutes(1), Violation.UnderOwnKill), new(received.AddMinutes(2), Violation.OutsideOrder),
                new(received.AddMinutes(3), Violation.OutsideOrder), new(received.AddMinutes(4), Violation.AboveOrder),
            ],
            (await Read()).Violations.OrderBy(v => v.At));
    }

    [Fact]
    public async Task Trades_BreakNoRule_WhereTheirOrdersAreOfTheirSymbolAndSide_AndTheClosingMayComeFirst()
    {
        await Grant("o2", "o3", "o4", "o5");
        foreach (var exit in new[] { "x", "y" })
        {
            await Traces.Risk.GrantAsync("b", new(exit, "ES", OrderSide.Sell, 2, null, OrderIntent.Reduce, 1, Sample.Noon, OrderStatus.Open, 0, null), Cancel);
        }

        TradeTrace Told(string id, string? order, int minute) => Fill(id, "") with { OrderId = order, Quantity = 1, ReceivedAt = Sample.Noon.AddMinutes(minute) };
        await Traces.Trades.AppendAsync(
            "b",
            [
                Told("closed-first", null, 1) with { CloseOrderId = "x", ClosedAt = Sample.Noon, Pnl = 1 }, Told("exit", "x", 2) with { Side = OrderSide.Sell },
                Told("other-symbol", "o2", 3) with { Symbol = "NQ" }, Told("other-side", "o3", 4) with { Side = OrderSide.Sell },
                Told("written-otherwise", "o4", 5) with { Symbol = "e-s" }, Told("alias", "o5", 6) with { Symbol = "XBT" },
                Told("closed-too-much", null, 7) with { CloseOrderId = "y", ClosedAt = Sample.Noon, Pnl = 1, Quantity = 3 },
                Told("closed-by-nothing", "o4", 8) with { CloseOrderId = "nobody", ClosedAt = Sample.Noon, Pnl = 1 },
            ],
            Cancel);
        (int, string)[] expected = [(3, Violation.OutsideOrder), (4, Violation.OutsideOrder), (7, Violation.AboveOrder), (8, Violation.OutsideOrder)];
        var names = SymbolNames.For(ImmutableSortedDictionary<string, string>.Empty.Add("XBT", "ES"));
        async Task<(int, string)[]> Found(SymbolNames? by) =>
            [.. (await Store.Evidence.ReadAsync("b", s_from, Sample.Noon.AddHours(1), Cancel, by)).Violations.Select(v => ((int)(v.At - Sample.Noon).TotalMinutes, v.Rule)).Order()];
        Assert.Equal(expected, await Found(names));
        (int, string)[] strict = [.. expected.Append((6, Violation.OutsideOrder)).Order()];
        Assert.Equal(strict, await Found(null));
    }

    /// <summary>A bot that works for some days, and then tells what the control plane did not see.</summary>
    [Fact]
    public async Task Score_NeverRises_FromWhatTheControlPlaneDidNotSee()
    {
        var options = new AutonomyOptions();
        var now = Sample.Noon.AddHours(3);
        var random = new Random(12);
        async Task<double> Score(string bot) =>
            ScorePolicy.Score(FactorPolicy.Evaluate(await Store.Evidence.ReadAsync(bot, now - options.Window, now, Cancel), options, now, null)) ?? -1;

        for (var round = 0; round < 8; round++)
        {
            var bot = $"bot-{round}";
            var days = random.Next(1, 4);
            for (var day = 0; day < days; day++)
            {
                var at = Sample.Noon.AddDays(-day);
                await Store.Evidence.AddHeartbeatsAsync(bot, at, random.Next(10, 60), random.Next(0, 3), Cancel);
                await Store.Usage.AppendAsync([.. Enumerable.Range(0, 30).Select(i => Sample.Event(at.AddSeconds(i), bot: bot, status: random.Next(10) == 0 ? UsageStatus.Error : UsageStatus.Ok))], Cancel);
                for (var i = 0; i < 20; i++)
                {
                    var id = $"{day}-{i}";
                    await Traces.Risk.GrantAsync(bot, new(id, "ES", OrderSide.Buy, 2, 5_000.25m, OrderIntent.Open, 1, at, OrderStatus.Open, 0, null), Cancel);
                    if (random.Next(8) == 0) continue;
                    await Traces.Decisions.AppendAsync(bot, [TraceSample.Decision("d" + id, at) with { Confidence = 0.9, ReceivedAt = at }], Cancel);
                    await Traces.Trades.AppendAsync(bot, [Fill("t" + id, id) with { OpenedAt = at, ReceivedAt = at, DecisionId = "d" + id }], Cancel);
                    await Traces.Cycles.AppendAsync(bot, [TraceSample.Cycle("c" + id, at) with { ReceivedAt = at }], Cancel);
                }
            }

            var score = await Score(bot);
            for (var step = 0; step < 6; step++)
            {
                await Invent(bot, random, step);
                var after = await Score(bot);
                Assert.True(after <= score + 1e-9, $"round {round}, step {step}: {score} -> {after}");
                score = after;
            }
        }
    }

    private async Task Invent(string bot, Random random, int step)
    {
        // Hours in which its runner was never seen.
        var elsewhen = Sample.Noon.AddHours(random.Next(4, 20)).AddDays(-random.Next(1, 20));
        string Id(int i) => $"invented-{step}-{i}";
        await Store.Usage.AppendAsync([.. Enumerable.Range(0, 50).Select(i => Sample.Event(elsewhen.AddSeconds(i), bot: bot))], Cancel);
        await Traces.Cycles.AppendAsync(bot, [.. Enumerable.Range(0, 50).Select(i => TraceSample.Cycle(Id(i), elsewhen) with { ReceivedAt = elsewhen })], Cancel);
        await Traces.Decisions.AppendAsync(bot, [.. Enumerable.Range(0, 60).Select(i => TraceSample.Decision(Id(i), Sample.Noon) with { Confidence = 1, ReceivedAt = Sample.Noon })], Cancel);
        TradeTrace Won(int i) => Fill(Id(i), "") with { OrderId = null, DecisionId = Id(i), Pnl = 5, ClosedAt = Sample.Noon.AddMinutes(1), ReceivedAt = Sample.Noon.AddMinutes(1) };
        await Traces.Trades.AppendAsync(
            bot,
            step switch
            {
                0 => [.. Enumerable.Range(0, 60).Select(i => Won(i) with { History = true })],
                1 => [.. Enumerable.Range(0, 60).Select(i => Won(i) with { OrderId = "granted-to-nobody" })],
                2 => [.. Enumerable.Range(0, 60).Select(i => Won(i) with { CloseOrderId = "0-0" })],
                3 => [.. Enumerable.Range(0, 60).Select(i => Won(i) with { OrderId = $"0-{i % 20}", Symbol = "NQ" })],
                4 => [.. Enumerable.Range(0, 60).Select(i => Won(i) with { OrderId = $"0-{i % 20}", Side = OrderSide.Sell })],
                _ => [.. Enumerable.Range(0, 60).Select(Won)],
            },
            Cancel);
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

        Assert.Equal([Sample.Noon], (await Read()).Interventions);
    }

    [Fact]
    public async Task Heartbeats_AddUpWithinAnHour()
    {
        await Store.Evidence.AddHeartbeatsAsync("b", Sample.Noon, 5, 0, Cancel);
        await Store.Evidence.AddHeartbeatsAsync("b", Sample.Noon.AddMinutes(10), 4, 1, Cancel);
        await ReopenAsync();
        Assert.Equal([new EvidenceBucket(Sample.Noon.AddMinutes(10), 9, 10)], (await Read()).Heartbeats);
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

    private Task<AutonomyEvidence> Read() => Store.Evidence.ReadAsync("b", s_from, Sample.Noon.AddHours(1), Cancel);

    private async Task Seen(params DateTimeOffset[] hours)
    {
        foreach (var hour in hours) await Store.Evidence.AddHeartbeatsAsync("b", hour, 1, 0, Cancel);
    }

    private async Task Grant(params string[] orders)
    {
        foreach (var order in orders) await Traces.Risk.GrantAsync("b", new(order, "ES", OrderSide.Buy, 2, 5_000.25m, OrderIntent.Open, 1, Sample.Noon, OrderStatus.Open, 0, null), Cancel);
    }

    private static TradeTrace Fill(string id, string order) => TraceSample.Trade(id) with { OrderId = order, ReceivedAt = Sample.Noon };
}
