using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Autonomy.Policy;
using static ControlPlane.Grains.Tests.Cluster.OrderScene;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>What only an operator declares of a bot, and what becomes of its orders by it.</summary>
public sealed class BotTermsTests
{
    private static readonly BotTerms s_terms = new()
    {
        Instruments = Instruments(("ES", 50)),
        Aliases = Aliases(("XBT/USD", "BTCUSD")),
        MayUse = ["openai"],
        Currency = "EUR",
        StatesConfidence = false,
    };

    private static readonly BotRegistration s_bot = new("Momentum", "u1", ["polygon", "oanda"], null, null);

    public static TheoryData<string> Parts => ["instruments", "aliases", "may_use", "currency", "states_confidence"];

    [Theory]
    [MemberData(nameof(Parts))]
    public async Task EachPart_IsAnOperatorsAlone_AndDeclaredAgainItChangesNothing(string part)
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = cluster.Grains.GetGrain<IBotGrain>("momentum");
        var registration = s_bot with { Mode = TradingMode.Live, Terms = Only(part) };
        Assert.Equal(Codes.Forbidden, (await bot.Register(registration with { Mode = null }, ControlPlaneCluster.Runner)).Code);
        Assert.Null(await bot.Get());
        Assert.True((await bot.Register(registration with { Terms = null }, ControlPlaneCluster.Operator)).Done);
        Assert.True((await bot.ArmLive(TimeSpan.FromMinutes(5), "go", ControlPlaneCluster.Operator)).Done);
        Assert.Equal(Codes.Forbidden, (await bot.Register(registration, ControlPlaneCluster.Runner)).Code);
        Assert.True((await bot.Get())!.Live.Armed);

        // A change of it ends an arming; the same again, by whomever, ends nothing.
        Assert.True((await bot.Register(registration, ControlPlaneCluster.Operator)).Done);
        Assert.False((await bot.Get())!.Live.Armed);
        Assert.True((await bot.ArmLive(TimeSpan.FromMinutes(5), "go", ControlPlaneCluster.Operator)).Done);
        foreach (var again in new[] { registration, registration with { Terms = null }, registration with { Name = "Other" } })
        {
            var answer = await bot.Register(again, ControlPlaneCluster.Runner);
            Assert.True(answer.Done, answer.Message);
            Assert.True(answer.Bot!.Live.Armed);
        }
    }

    [Fact]
    public async Task Wrong_IsRefused()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = cluster.Grains.GetGrain<IBotGrain>("momentum");
        foreach (var wrong in new BotTerms[]
        {
            new() { Instruments = Instruments(("ES", 0)) },
            new() { Instruments = Instruments(("ES", -1)) },
            new() { Instruments = Rated("ES", 0) },
            new() { Instruments = Instruments((new string('x', 129), 1)) },
            new() { Aliases = Aliases(("A", "B"), ("B", "C")) },
            new() { Aliases = Aliases(("a/b", "C"), ("AB", "D")) },
            new() { Aliases = Aliases(("A", "")) },
            new() { Currency = "euro" },
        })
        {
            Assert.Equal(Codes.InvalidRequest, (await bot.Register(s_bot with { Terms = wrong }, ControlPlaneCluster.Operator)).Code);
        }

        Assert.Equal(Codes.UnknownProvider, (await bot.Register(s_bot with { Terms = new() { MayUse = ["nobody"] } }, ControlPlaneCluster.Operator)).Code);
        Assert.Null(await bot.Get());
    }

    [Fact]
    public async Task Multiplier_TheLargestOfOrderAndRegistrationCounts_ForOrdersAndPositionsAlike()
    {
        await using var cluster = await Ready();
        var bot = await Running(cluster, new() { Instruments = Instruments(("ES", 50)) });
        var future = Order with { Symbol = "e-s", Price = 6_000 };
        foreach (var multiplier in new[] { 1m, 0.001m, 50 })
        {
            Assert.Contains(("max_order_notional", 300_000m), (await bot.Ask(future with { Multiplier = multiplier })).Refusals.Select(r => (r.Rule, r.Actual ?? 0)));
        }

        Assert.Contains(("max_order_notional", 360_000m), (await bot.Ask(future with { Multiplier = 60 })).Refusals.Select(r => (r.Rule, r.Actual ?? 0)));

        // A position of 90 units of the underlying, told without its multiplier: 5,000 is the limit.
        await bot.RecordTrade(Trade(cluster, "t1", 0.9m) with { Price = 100 });
        Assert.True((await bot.Ask(Order with { Quantity = 0.01m })).Allowed);
        Assert.Contains(("max_position_notional", 5_050m), (await bot.Ask(Order with { Quantity = 0.1m })).Refusals.Select(r => (r.Rule, r.Actual ?? 0)));
    }

    [Fact]
    public async Task Alias_IsTheSameSymbol_ForPositionsTradesAndAllowedSymbols()
    {
        await using var cluster = await Ready();
        var bot = await Running(cluster, new() { Aliases = Aliases(("XBT/USD", "BTCUSD")) }, ["BTC-USD"]);
        var order = await bot.Ask(Order with { Symbol = "xbtusd" });
        Assert.True(order.Allowed, Told(order));
        await bot.RecordTrade(Trade(cluster, "t1", 1) with { Symbol = "BTC/USD", OrderId = order.OrderId });
        Assert.Empty((await bot.GetOrders(true, 10, null)).Items);
        await bot.ReportPosition("XBTUSD", 1);
        var exit = await bot.Ask(Exit with { Symbol = "XBT-USD" });
        Assert.True(exit.Allowed, Told(exit));
        Assert.Equal(["reduce_only"], (await bot.Ask(Exit with { Symbol = "BTCUSD" })).Refusals.Select(r => r.Rule));
    }

    [Fact]
    public async Task Currency_IsThatOfLimitsAndOfProfitsToldWithoutOne()
    {
        await using var cluster = await Ready(c => c.Risk.Rates["EUR"] = 2);
        var bot = await Running(cluster, new() { Currency = "EUR" });
        TradeTrace Lost(string id, decimal pnl, string? currency) => Trade(cluster, id, 1) with { ClosedAt = cluster.Clock.GetUtcNow(), Pnl = pnl, Currency = currency };
        await bot.RecordTrade(Lost("a", -100, null));
        await bot.RecordTrade(Lost("b", -180, "USD"));
        Assert.Equal(-190, (await bot.Get())!.Pnl24h);
        Assert.True((await bot.Ask(Order)).Allowed);
        await bot.RecordTrade(Lost("c", -20, "USDT"));
        Assert.Equal([("max_daily_loss", 200m)], (await bot.Ask(Order with { Quantity = 2 })).Refusals.Select(r => (r.Rule, r.Actual!.Value)));
    }

    [Fact]
    public async Task Rate_OfAnInstrument_CountsWhatItRealisesInAnotherCurrency()
    {
        await using var cluster = await Ready(c => c.Risk.System.MaxDailyLoss = 10_000);
        var bot = await Running(cluster, new() { Instruments = Rated("BMW", 1.5m) });
        TradeTrace Lost(string id, string symbol, string? currency) => Trade(cluster, id, 1) with { Symbol = symbol, ClosedAt = cluster.Clock.GetUtcNow(), Pnl = -20, Currency = currency };
        await bot.RecordTrade(Lost("a", "bmw", "CHF"));
        await bot.RecordTrade(Lost("b", "BMW", null));
        await bot.RecordTrade(Lost("same", "BMW", "USDT"));
        Assert.Equal(-70, (await bot.Get())!.Pnl24h);
        await bot.RecordTrade(Lost("c", "OTHER", "CHF"));
        Assert.Null((await bot.Get())!.Pnl24h);
    }

    private static ImmutableSortedDictionary<string, Instrument> Rated(string symbol, decimal rate) =>
        ImmutableSortedDictionary<string, Instrument>.Empty.Add(symbol, new(1, rate));

    [Fact]
    public async Task StatesNoConfidence_HasNoDecisionQuality()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var bot = cluster.Grains.GetGrain<IBotGrain>("momentum");
        await bot.Register(s_bot with { Terms = new() { StatesConfidence = false } }, ControlPlaneCluster.Operator);
        var report = await bot.GetAutonomy();
        Assert.Contains("no confidence", report!.Factors.Single(f => f.Name == FactorPolicy.DecisionQuality).Evidence, StringComparison.Ordinal);
    }

    private static BotTerms Only(string part) => part switch
    {
        "instruments" => new() { Instruments = s_terms.Instruments },
        "aliases" => new() { Aliases = s_terms.Aliases },
        "may_use" => new() { MayUse = s_terms.MayUse },
        "currency" => new() { Currency = s_terms.Currency },
        _ => new() { StatesConfidence = s_terms.StatesConfidence },
    };

    private static async Task<IBotGrain> Running(ControlPlaneCluster cluster, BotTerms terms, ImmutableSortedSet<string>? symbols = null)
    {
        var bot = cluster.Grains.GetGrain<IBotGrain>("momentum");
        var answer = await bot.Register(s_bot with { Terms = terms, AllowedSymbols = symbols, RiskLimits = Limits(new() { ["duplicate_order_seconds"] = 0 }) }, ControlPlaneCluster.Operator);
        Assert.True(answer.Done, answer.Message);
        var start = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        await cluster.Until(() => cluster.Node.For("momentum", start.Epoch).Check().MayOpen, "permitted", 2);
        return bot;
    }

    private static ImmutableSortedDictionary<string, Instrument> Instruments(params (string Symbol, decimal Multiplier)[] all) =>
        all.ToImmutableSortedDictionary(i => i.Symbol, i => new Instrument(i.Multiplier), StringComparer.Ordinal);

    private static ImmutableSortedDictionary<string, string> Aliases(params (string Name, string Symbol)[] all) =>
        all.ToImmutableSortedDictionary(a => a.Name, a => a.Symbol, StringComparer.Ordinal);
}
