using System.Collections.Concurrent;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Autonomy.Policy;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Silo.Tests.Storage.Embedded;

/// <summary>Random histories of bots that work under the control plane's eyes and then tell what it did not see: none of that raises a score.</summary>
public sealed class ScoreHistoryTests(ITestOutputHelper output) : StoreCompliance
{
    private static readonly DateTimeOffset s_now = Sample.Noon.AddHours(3);

    /// <summary>Little evidence is enough here, so that short histories have a score.</summary>
    private readonly AutonomyOptions _options = new() { LeastEvidence = 1, LeastResolved = 1 };

    private ITraceStoresUnderTest Traces => (ITraceStoresUnderTest)Store;

    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new EmbeddedStoreFixture());

    [Fact]
    public Task TenThousand_NoScoreRises() => RunAsync(0, 10_000);

    /// <summary>Run by hand after a change of the score or its evidence.</summary>
    [Fact(Explicit = true)]
    public Task AHundredThousand_NoScoreRises() => RunAsync(1_000_000, 100_000);

    private async Task RunAsync(int first, int count)
    {
        var broken = new ConcurrentDictionary<int, string>();
        int scored = 0, fell = 0;

        // Many at a time share the store's commits.
        await Parallel.ForAsync(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Cancel }, async (seed, _) =>
        {
            var random = new Random(seed);
            var bot = $"bot-{seed}";
            var orders = await WorkAsync(bot, random);
            if (await ScoreAsync(bot) is not { } score) return;
            Interlocked.Increment(ref scored);
            for (var step = 0; step < 2; step++)
            {
                var what = await InventAsync(bot, random, step, orders);
                if (await ScoreAsync(bot) is not { } after) continue;
                if (after > score + 1e-9) broken[seed] = $"{what}: {score} -> {after}";
                if (after < score) Interlocked.Increment(ref fell);
                score = after;
            }
        });

        output.WriteLine($"{count} histories: {scored} with a score, {fell} steps that lowered it, {broken.Count} broken");
        Assert.True(broken.IsEmpty, string.Join('\n', broken.OrderBy(b => b.Key).Take(10).Select(b => $"{b.Key}: {b.Value}")));

        // Histories without a score prove nothing, nor does telling that nobody looks at.
        Assert.True(scored > count * 3 / 4, $"{scored} of {count} had a score.");
        Assert.True(fell > count / 10, $"{fell} of {2 * count} steps lowered a score.");
    }

    /// <summary>What the control plane saw: a runner alive, calls, granted orders, and mostly their fills and reasons.</summary>
    private async Task<(string[] Granted, string[] Filled)> WorkAsync(string bot, Random random)
    {
        var at = Sample.Noon.AddDays(-random.Next(3)).AddMinutes(random.Next(50));
        await Store.Evidence.AddHeartbeatsAsync(bot, at, random.Next(2, 20), random.Next(3), Cancel);
        await Store.Usage.AppendAsync([.. Enumerable.Range(0, random.Next(2, 8)).Select(i => Sample.Event(at.AddSeconds(i), bot: bot, status: random.Next(5) == 0 ? UsageStatus.Error : UsageStatus.Ok))], Cancel);
        var orders = Enumerable.Range(0, random.Next(2, 5)).Select(i => $"o{i}").ToArray();
        var filled = orders.Where(_ => random.Next(5) > 0).ToArray();
        var explained = filled.Where(_ => random.Next(4) > 0).ToHashSet(StringComparer.Ordinal);
        foreach (var order in orders) await Traces.Risk.GrantAsync(bot, new(order, "ES", OrderSide.Buy, 2, 5_000.25m, OrderIntent.Open, 1, at, OrderStatus.Open, 0, null), Cancel);
        if (explained.Count > 0) await Traces.Decisions.AppendAsync(bot, [.. explained.Select(o => TraceSample.Decision("d" + o, at) with { Confidence = Math.Round(random.NextDouble(), 2), ReceivedAt = at })], Cancel);
        if (filled.Length > 0) await Traces.Trades.AppendAsync(
            bot,
            [
                .. filled.Select(o => TraceSample.Trade("t" + o, at, quantity: random.Next(1, 3)) with
                {
                    OrderId = o, ReceivedAt = at.AddSeconds(1), DecisionId = explained.Contains(o) ? "d" + o : null,
                    Pnl = random.Next(3) == 0 ? null : random.Next(-5, 6), ClosedAt = random.Next(2) == 0 ? null : at.AddSeconds(1),
                }),
            ],
            Cancel);
        await Traces.Cycles.AppendAsync(bot, [.. Enumerable.Range(0, random.Next(1, 5)).Select(i => TraceSample.Cycle($"c{i}", at, random.Next(6) == 0 ? CycleEnd.Error : CycleEnd.NoSignal) with { ReceivedAt = at })], Cancel);
        return (orders, filled);
    }

    private async Task<string> InventAsync(string bot, Random random, int step, (string[] Granted, string[] Filled) orders)
    {
        string Id(int i) => $"invented-{step}-{i}";
        string SomeOrder() => orders.Granted[random.Next(orders.Granted.Length)];
        var count = random.Next(1, 12);
        var unseen = Sample.Noon.AddHours(random.Next(1, 3)).AddDays(-random.Next(20));

        // Many at once, dated to where nobody saw the bot, or filling what was never granted.
        var kind = random.Next(9);
        TradeTrace Won(int i) => TraceSample.Trade(Id(i)) with { OrderId = null, DecisionId = Id(i), Pnl = 5, ClosedAt = Sample.Noon.AddMinutes(1), ReceivedAt = Sample.Noon.AddMinutes(1) };
        TradeTrace[] Trades(Func<TradeTrace, TradeTrace> change) => [.. Enumerable.Range(0, count).Select(i => change(Won(i)))];
        await Traces.Decisions.AppendAsync(bot, [.. Enumerable.Range(0, count).Select(i => TraceSample.Decision(Id(i), Sample.Noon) with { Confidence = 1, ReceivedAt = Sample.Noon })], Cancel);
        switch (kind)
        {
            case 0: await Store.Usage.AppendAsync([.. Enumerable.Range(0, count).Select(i => Sample.Event(unseen.AddSeconds(i), bot: bot))], Cancel); break;
            case 1: await Traces.Cycles.AppendAsync(bot, [.. Enumerable.Range(0, count).Select(i => TraceSample.Cycle(Id(i), unseen) with { ReceivedAt = unseen })], Cancel); break;
            case 2: await Traces.Trades.AppendAsync(bot, Trades(t => t with { History = true }), Cancel); break;
            case 3: await Traces.Trades.AppendAsync(bot, Trades(t => t with { OrderId = "granted-to-nobody" }), Cancel); break;
            case 4: await Traces.Trades.AppendAsync(bot, Trades(t => t with { CloseOrderId = SomeOrder() }), Cancel); break;
            case 5: await Traces.Trades.AppendAsync(bot, Trades(t => t with { OrderId = SomeOrder(), Symbol = "NQ" }), Cancel); break;

            // A trade that names an order of the other side was closed by it: of one that is filled already that is more than was granted.
            case 6 when orders.Filled.Length > 0: await Traces.Trades.AppendAsync(bot, Trades(t => t with { OrderId = orders.Filled[random.Next(orders.Filled.Length)], Side = OrderSide.Sell }), Cancel); break;
            case 7: await Traces.Risk.StateAsync(bot, new(Sample.Noon, Sample.Noon, [new("ES", random.Next(-9, 9), Grains.Risk.Ledger.StatementKind.Report)], 0.5m, [], [], Grains.Risk.Symbols.SymbolNames.Plain), Cancel); break;
            default: await Traces.Trades.AppendAsync(bot, Trades(t => t), Cancel); break;
        }

        return $"step {step}, kind {kind}, {count} times";
    }

    private async Task<double?> ScoreAsync(string bot) =>
        ScorePolicy.Score(FactorPolicy.Evaluate(await Store.Evidence.ReadAsync(bot, s_now - _options.Window, s_now, Cancel), _options, s_now, null));
}
