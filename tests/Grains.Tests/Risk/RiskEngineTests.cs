using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Ledger;

namespace ControlPlane.Grains.Tests.Risk;

public sealed class RiskEngineTests
{
    private static readonly ImmutableSortedDictionary<string, decimal> s_limits = new RiskOptions().Defaults;
    private static readonly RiskFacts s_flat = new(SymbolLedger.Flat, [], 0, null, null, Live: false);
    private static readonly RiskOrder s_small = new("ES", OrderSide.Buy, 1, 100, OrderIntent.Open);

    [Fact]
    public void Order_WithinEveryLimit_IsAllowed() => Assert.Empty(Check(s_small, s_flat));

    [Theory]
    [InlineData(100, 1, null)]
    [InlineData(100.00000001, 1, RiskLimitNames.MaxOrderQuantity)]
    [InlineData(10, 100, null)]
    [InlineData(10, 100.01, RiskLimitNames.MaxOrderNotional)]
    [InlineData(0, 1, "order_form")]
    [InlineData(-1, 1, "order_form")]
    [InlineData(1, 0, "order_form")]
    [InlineData(1, -5, null)]
    [InlineData(100, -10.01, RiskLimitNames.MaxOrderNotional)]
    public void Size_AtTheLimit_Passes_AndBeyondItDoesNot(double quantity, double price, string? rule) =>
        Assert.Equal(rule is null ? [] : [rule], Check(s_small with { Quantity = (decimal)quantity, Price = (decimal)price }, s_flat).Select(r => r.Rule));

    [Fact]
    public void Amounts_BeyondADecimal_AreRefusedAndDoNotThrow()
    {
        foreach (var order in new[]
        {
            s_small with { Quantity = decimal.MaxValue, Price = decimal.MaxValue },
            s_small with { Quantity = decimal.MaxValue, Price = 2, Side = OrderSide.Sell },
            s_small with { Quantity = 2, Price = decimal.MaxValue },
            s_small with { Quantity = 2, Price = decimal.MinValue },
        })
        {
            var held = s_flat with { Ledger = Holding(decimal.MaxValue, decimal.MaxValue), Mark = 0.0000001m };
            Assert.NotEmpty(Check(order, held));
            Assert.NotEmpty(Check(order with { Intent = OrderIntent.Reduce, Side = OrderSide.Buy }, held));
        }
    }

    [Fact]
    public void Products_ThatADecimalWouldRound_AreEvaluatedExactly()
    {
        // 1e18 units at 1e-16 are worth 100; one digit more at the far end is above the limit.
        var limits = s_limits.SetItems([new(RiskLimitNames.MaxOrderQuantity, 1e18m), new(RiskLimitNames.MaxOrderNotional, 100), new(RiskLimitNames.MaxPositionNotional, 1e18m), new(RiskLimitNames.MaxGrossNotional, 1e18m)]);
        var order = s_small with { Quantity = 1e18m, Price = 0.0000000000000001m };
        Assert.Empty(RiskEngine.Check(order, limits, s_flat));
        Assert.Equal([RiskLimitNames.MaxOrderNotional], RiskEngine.Check(order with { Price = 0.0000000000000001000000000001m }, limits, s_flat).Select(r => r.Rule));
        Assert.Equal([RiskLimitNames.MaxOrderNotional], RiskEngine.Check(order with { Quantity = 99_999_999_999.999999999999999m, Price = 1.0000000000000000000000001m }, limits, s_flat).Select(r => r.Rule));
    }

    [Fact]
    public void Order_WithoutAPrice_IsRefused() =>
        Assert.Contains(Check(s_small with { Price = null }, s_flat), r => r is { Code: NoTradeCodes.DataMissing, Rule: "order_form" });

    [Fact]
    public void Multiplier_CountsInEveryValue()
    {
        var order = s_small with { Quantity = 1, Price = 6_000, Multiplier = 50 };
        var refused = RiskEngine.Check(order, s_limits.SetItem(RiskLimitNames.MaxOrderNotional, 6_000).SetItem(RiskLimitNames.MaxPositionNotional, 299_999), s_flat);
        Assert.Equal([300_000m, 300_000m, 300_000m], refused.Select(r => r.Actual!.Value));
        Assert.Equal(["order_form"], Check(s_small with { Multiplier = 0 }, s_flat).Select(r => r.Rule));
    }

    [Fact]
    public void Limit_NotSet_Refuses()
    {
        var refused = RiskEngine.Check(s_small, ImmutableSortedDictionary<string, decimal>.Empty, s_flat with { Mark = 99, RealisedToday = -1, Recent = [Recent(1, TimeSpan.FromDays(300))] }).Select(r => r.Rule);
        Assert.Equal(RiskLimitNames.All, refused.ToImmutableSortedSet());
    }

    [Fact]
    public void Position_CountsWhatIsOpenOnThisSide()
    {
        Assert.Empty(Check(s_small, s_flat with { Ledger = Holding(48) }));
        Assert.Empty(Check(s_small, s_flat with { Ledger = Holding(48, orders: Order(5, OrderSide.Sell)) }));
        var refusal = Assert.Single(Check(s_small, s_flat with { Ledger = Holding(48, orders: Order(2)) }));
        Assert.Equal((NoTradeCodes.PositionLimit, RiskLimitNames.MaxPositionNotional, 5_000m, 5_100m), (refusal.Code, refusal.Rule, refusal.Limit, refusal.Actual));
        Assert.Equal(["o2"], refusal.OrderIds);
        Assert.Equal([RiskLimitNames.MaxPositionNotional], Check(s_small with { Side = OrderSide.Sell }, s_flat with { Ledger = Holding(-50) }).Select(r => r.Rule));
        Assert.Equal([NoTradeCodes.DataMissing], Check(s_small, s_flat with { Ledger = Contradicted(5, 1) }).Select(r => r.Code));
    }

    [Fact]
    public void Position_ACheapOrder_DoesNotMakeWhatIsHeldCheap()
    {
        var cheap = s_small with { Price = 1 };
        Assert.Equal([RiskLimitNames.MaxPositionNotional], Check(cheap, s_flat with { Ledger = Holding(50) }).Select(r => r.Rule));
        Assert.Equal([RiskLimitNames.MaxPositionNotional], Check(cheap, s_flat with { Ledger = Holding(0, orders: Order(50)) }).Select(r => r.Rule));
    }

    [Theory]
    [InlineData(OrderFate.Working)]
    [InlineData(OrderFate.Silent)]
    [InlineData(OrderFate.Filled)]
    internal void Grants_ThatNobodySettled_CountAsFilled(OrderFate fate)
    {
        var thirty = Enumerable.Range(0, 5).Select(i => Order(9, price: 100, fate: fate) with { OrderId = $"g{i}" }).ToArray();
        Assert.Empty(Check(s_small with { Quantity = 5 }, s_flat with { Ledger = Holding(0, orders: thirty) }));
        Assert.Equal([RiskLimitNames.MaxPositionNotional], Check(s_small with { Quantity = 6 }, s_flat with { Ledger = Holding(0, orders: thirty) }).Select(r => r.Rule));
        var exit = Check(s_small with { Quantity = 45, Side = OrderSide.Sell, Intent = OrderIntent.Reduce }, s_flat with { Ledger = Holding(0, orders: thirty) });
        Assert.Equal(fate == OrderFate.Working, !exit.IsEmpty);
    }

    [Fact]
    public void Gross_AddsUpAllSymbols_LongAndShort()
    {
        var facts = s_flat with { OtherGross = 19_900, Ledger = Holding(-2) };
        Assert.Empty(Check(s_small, facts with { Ledger = Holding(0) }));
        Assert.Equal([RiskLimitNames.MaxGrossNotional], Check(s_small with { Quantity = 3 }, facts).Select(r => r.Rule));
        Assert.Equal([NoTradeCodes.DataMissing], Check(s_small, facts with { OtherGross = null }).Select(r => r.Code));
        Assert.Empty(Check(s_small with { Intent = OrderIntent.Reduce }, facts with { OtherGross = null }));
    }

    [Fact]
    public void OrdersOpenAndLately_AreCounted()
    {
        Assert.Equal([RiskLimitNames.MaxOpenOrders], Check(s_small, s_flat with { Recent = [.. Enumerable.Repeat(Recent(1, TimeSpan.FromSeconds(61), symbol: "NQ"), 10)] }).Select(r => r.Rule));
        Assert.Empty(Check(s_small, s_flat with { Recent = [.. Enumerable.Repeat(Recent(1, TimeSpan.FromSeconds(61), symbol: "NQ"), 9)] }));
        Assert.Equal([RiskLimitNames.MaxOrdersPerMinute], Check(s_small, s_flat with { Recent = [.. Enumerable.Repeat(Recent(1, TimeSpan.FromSeconds(59), symbol: "NQ", open: false), 30)] }).Select(r => r.Rule));
    }

    [Theory]
    [InlineData(-199.99, true)]
    [InlineData(-200, false)]
    [InlineData(-201, false)]
    [InlineData(5000, true)]
    public void DailyLoss_AtTheLimit_OpensNothing(double realised, bool allowed) => Assert.Equal(allowed, Check(s_small, s_flat with { RealisedToday = (decimal)realised }).IsEmpty);

    [Fact]
    public void DailyLoss_NotKnown_OpensNothing_AndHoldsNoExit()
    {
        var unknown = s_flat with { RealisedToday = null, Ledger = Holding(-5) };
        Assert.Equal([(RiskLimitNames.MaxDailyLoss, NoTradeCodes.DataMissing)], Check(s_small, unknown).Select(r => (r.Rule, r.Code)));
        Assert.Empty(Check(s_small with { Intent = OrderIntent.Reduce }, unknown));
    }

    [Theory]
    [InlineData(100, 105, true)]
    [InlineData(100, 105.01, false)]
    [InlineData(100, 95, true)]
    [InlineData(100, 94.99, false)]
    [InlineData(-40, -42, true)]
    [InlineData(-40, -37.99, false)]
    [InlineData(-40, 40, false)]
    [InlineData(0, 1, false)]
    public void Collar_HoldsThePriceNearTheLastTrade_AndNeverAnExit(double mark, double price, bool allowed)
    {
        var known = s_flat with { Mark = (decimal)mark, Ledger = Holding(-5, 1) };
        var order = s_small with { Price = (decimal)price };
        Assert.Equal(allowed, Check(order, known).IsEmpty);
        Assert.Empty(Check(order with { Intent = OrderIntent.Reduce }, known));
        Assert.Empty(Check(order with { Intent = OrderIntent.Reduce, Price = null }, known));
    }

    [Fact]
    public void Collar_WithoutATrade_RefusesLiveThatOpensAlone()
    {
        Assert.Equal([RiskLimitNames.PriceCollarPercent], Check(s_small, s_flat with { Live = true }).Select(r => r.Rule));
        Assert.Empty(Check(s_small with { Intent = OrderIntent.Reduce }, s_flat with { Live = true, Ledger = Holding(-1) }));
    }

    [Fact]
    public void SameOrder_WithinTheWindow_IsRefused()
    {
        var same = Recent(1, TimeSpan.FromSeconds(4.9), open: false);
        Assert.Equal([RiskLimitNames.DuplicateOrderSeconds], Check(s_small, s_flat with { Recent = [same] }).Select(r => r.Rule));
        foreach (var other in new[] { same with { Age = TimeSpan.FromSeconds(5) }, same with { Symbol = "NQ" }, same with { Side = OrderSide.Sell }, same with { Quantity = 2 }, same with { Price = 101 }, same with { Intent = OrderIntent.Reduce } })
        {
            Assert.Empty(Check(s_small, s_flat with { Recent = [other] }));
        }
    }

    [Fact]
    public void Symbol_NotDeclared_IsRefused()
    {
        Assert.Empty(Check(s_small, s_flat with { AllowedSymbols = ["ES"] }));
        Assert.Equal(["allowed_symbols"], Check(s_small, s_flat with { AllowedSymbols = ["NQ"] }).Select(r => r.Rule));
        Assert.Equal(["allowed_symbols"], Check(s_small, s_flat with { AllowedSymbols = [] }).Select(r => r.Rule));
    }

    [Fact]
    public void Exit_PassesWhatWouldTrapIt()
    {
        var spent = new RiskFacts(Holding(-500), [.. Enumerable.Repeat(Recent(1, symbol: "NQ"), 50)], -10_000, null, [], Live: true);
        Assert.Empty(Check(s_small with { Quantity = 500, Intent = OrderIntent.Reduce }, spent));
        Assert.NotEmpty(Check(s_small with { Quantity = 500 }, spent));
    }

    [Theory]
    [InlineData(-5, 5, 0, true)]
    [InlineData(-5, 5.01, 0, false)]
    [InlineData(-5, 3, 2, true)]
    [InlineData(-5, 3, 2.01, false)]
    [InlineData(5, 1, 0, false)]
    [InlineData(0, 1, 0, false)]
    public void Exit_IsOnTheOtherSideAndNoLargerThanThePosition(double position, double quantity, double pending, bool allowed)
    {
        foreach (var fate in new[] { OrderFate.Working, OrderFate.Silent })
        {
            var exits = pending == 0 ? [] : new[] { Order((decimal)pending, intent: OrderIntent.Reduce, fate: fate) };
            var refused = Check(s_small with { Quantity = (decimal)quantity, Intent = OrderIntent.Reduce }, s_flat with { Ledger = Holding((decimal)position, orders: exits) });
            Assert.Equal(allowed, refused.IsEmpty);
            if (!allowed && pending > 0) Assert.Equal(["o" + (decimal)pending], Assert.Single(refused).OrderIds);
        }
    }

    [Fact]
    public void Exits_OfOneGroup_CountAsTheLargestOfThem()
    {
        var stop = s_small with { Quantity = 5, Price = null, Intent = OrderIntent.Reduce, OcoGroup = "bracket" };
        var target = Order(5, intent: OrderIntent.Reduce) with { OcoGroup = "bracket" };
        Assert.Empty(Check(stop, s_flat with { Ledger = Holding(-5, orders: target) }));
        Assert.Equal(["reduce_only"], Check(stop with { OcoGroup = "another" }, s_flat with { Ledger = Holding(-5, orders: target) }).Select(r => r.Rule));
        Assert.Equal(["reduce_only"], Check(stop with { OcoGroup = null }, s_flat with { Ledger = Holding(-5, orders: target) }).Select(r => r.Rule));
        Assert.Equal(["reduce_only"], Check(stop with { Quantity = 6 }, s_flat with { Ledger = Holding(-5, orders: target) }).Select(r => r.Rule));
    }

    [Theory]
    [InlineData(10, 4)]
    [InlineData(4, 10)]
    public void Exit_OfAContradictedPosition_PassesUpToTheSmallerOfTheTwo(double ledger, double report)
    {
        var facts = s_flat with { Ledger = Contradicted((decimal)ledger, (decimal)report) };
        var exit = s_small with { Side = OrderSide.Sell, Intent = OrderIntent.Reduce };
        Assert.Empty(Check(exit with { Quantity = 4 }, facts));
        Assert.Equal([(4m, 4.01m)], Check(exit with { Quantity = 4.01m }, facts).Select(r => (r.Limit!.Value, r.Actual!.Value)));
    }

    [Fact]
    public void Canary_IsRefusedByEveryRule_AndABrokenRuleShows()
    {
        Assert.True(RiskCanary.Evaluate(s_limits).Healthy);
        Assert.True(RiskCanary.Evaluate(s_limits.SetItems(s_limits.Select(l => KeyValuePair.Create(l.Key, 0m)))).Healthy);
        Assert.True(RiskCanary.Evaluate(s_limits.SetItems(RiskLimitNames.All.Select(n => KeyValuePair.Create(n, RiskLimitNames.Highest(n))))).Healthy);
        foreach (var broken in RiskEngine.Rules.Select(r => r.Name))
        {
            var outcome = RiskCanary.Evaluate(s_limits, (order, limits, facts) => [.. RiskEngine.Check(order, limits, facts).Where(r => r.Rule != broken)]);
            Assert.False(outcome.Healthy, broken);
            Assert.Contains(broken, outcome.Message, StringComparison.Ordinal);
        }
    }

    private static RecentOrder Recent(decimal quantity, TimeSpan? age = null, OrderSide side = OrderSide.Buy, string symbol = "ES", bool open = true) =>
        new("r", symbol, side, quantity, 100, OrderIntent.Open, age ?? TimeSpan.FromSeconds(30), open);

    private static SymbolLedger Holding(decimal units, decimal price = 100, params LedgerOrder[] orders) =>
        new(units == 0 ? [] : [new(units > 0 ? OrderSide.Buy : OrderSide.Sell, Math.Abs(units), price)], [.. orders], new PositionEntry("ES"), 0.5m);

    private static SymbolLedger Contradicted(decimal ledger, decimal report) => new(
        [new(OrderSide.Buy, ledger, 100)], [], new PositionEntry("ES") { Reported = report, AsOf = DateTimeOffset.UnixEpoch, Drift = report - ledger, Peak = Math.Max(ledger, report) }, 0.5m);

    private static LedgerOrder Order(decimal left, OrderSide side = OrderSide.Buy, decimal price = 100, OrderIntent intent = OrderIntent.Open, OrderFate fate = OrderFate.Working) =>
        new("o" + left, side, left, price, intent, null, fate, DateTimeOffset.UnixEpoch, null);

    private static ImmutableArray<OrderRefusal> Check(RiskOrder order, RiskFacts facts) => RiskEngine.Check(order, s_limits, facts);
}
