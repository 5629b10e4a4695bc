using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Desk;

namespace ControlPlane.Grains.Tests.Risk;

public sealed class RiskEngineTests
{
    private static readonly ImmutableSortedDictionary<string, decimal> s_limits = new RiskOptions().Defaults;
    private static readonly RiskFacts s_flat = new(KnownPosition.Of(0), [], 0, null, null, Live: false);
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
    [InlineData(1, -5, "order_form")]
    public void Size_AtTheLimit_Passes_AndBeyondItDoesNot(double quantity, double price, string? rule) =>
        Assert.Equal(rule is null ? [] : [rule], Check(s_small with { Quantity = (decimal)quantity, Price = (decimal)price }, s_flat).Select(r => r.Rule));

    [Fact]
    public void Amounts_BeyondWhatCanBeCounted_AreRefusedAndDoNotThrow()
    {
        foreach (var order in new[]
        {
            s_small with { Quantity = decimal.MaxValue, Price = decimal.MaxValue },
            s_small with { Quantity = decimal.MaxValue, Price = 2, Side = OrderSide.Sell },
            s_small with { Quantity = decimal.MaxValue, Price = 2, Intent = OrderIntent.Reduce },
            s_small with { Quantity = 2, Price = decimal.MaxValue },
        })
        {
            var held = s_flat with { Position = KnownPosition.Of(decimal.MinValue), Mark = 0.0000001m };
            Assert.NotEmpty(Check(order, held));
            Assert.NotEmpty(Check(order, held with { Recent = [Recent(decimal.MaxValue), Recent(decimal.MaxValue)] }));
        }
    }

    [Fact]
    public void Order_WithoutAPrice_IsRefused() =>
        Assert.Contains(Check(s_small with { Price = null }, s_flat), r => r is { Code: NoTradeCodes.DataMissing, Rule: "order_form" });

    [Fact]
    public void Limit_NotSet_Refuses()
    {
        var refused = RiskEngine.Check(s_small, ImmutableSortedDictionary<string, decimal>.Empty, s_flat with { Mark = 99, RealisedToday = -1, Recent = [Recent(1, TimeSpan.FromDays(300))] }).Select(r => r.Rule);
        Assert.Equal(RiskLimitNames.All, refused.ToImmutableSortedSet());
    }

    [Fact]
    public void Position_CountsWhatIsOpenOnThisSide()
    {
        var held = s_flat with { Position = KnownPosition.Of(48) };
        Assert.Empty(Check(s_small, held));
        Assert.Empty(Check(s_small, held with { Recent = [Recent(1, side: OrderSide.Sell), Recent(5, open: false)] }));
        var refusal = Assert.Single(Check(s_small, held with { Recent = [Recent(2)] }));
        Assert.Equal((NoTradeCodes.PositionLimit, RiskLimitNames.MaxPositionNotional, 5_000m, 5_100m), (refusal.Code, refusal.Rule, refusal.Limit, refusal.Actual));
        Assert.Equal([RiskLimitNames.MaxPositionNotional], Check(s_small with { Side = OrderSide.Sell }, s_flat with { Position = KnownPosition.Of(-50) }).Select(r => r.Rule));
        Assert.Equal([NoTradeCodes.DataStale], Check(s_small, s_flat with { Position = KnownPosition.Unknown(NoTradeCodes.DataStale) }).Select(r => r.Code));
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

    [Theory]
    [InlineData(105, true)]
    [InlineData(105.01, false)]
    [InlineData(95, true)]
    [InlineData(94.99, false)]
    public void Collar_HoldsThePriceNearTheLastTrade_ForExitsToo(double price, bool allowed)
    {
        var known = s_flat with { Mark = 100, Position = KnownPosition.Of(-5) };
        foreach (var intent in new[] { OrderIntent.Open, OrderIntent.Reduce }) Assert.Equal(allowed, Check(s_small with { Price = (decimal)price, Intent = intent }, known).IsEmpty);
    }

    [Fact]
    public void Collar_WithoutATrade_RefusesLiveThatOpensAlone()
    {
        Assert.Equal([RiskLimitNames.PriceCollarPercent], Check(s_small, s_flat with { Live = true }).Select(r => r.Rule));
        Assert.Empty(Check(s_small with { Intent = OrderIntent.Reduce }, s_flat with { Live = true, Position = KnownPosition.Of(-1) }));
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
        var spent = new RiskFacts(KnownPosition.Of(-500), [.. Enumerable.Repeat(Recent(1, symbol: "NQ"), 50)], -10_000, null, [], Live: true);
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
    public void Exit_IsOnTheOtherSideAndNoLargerThanThePosition(double position, double quantity, double pending, bool allowed) => Assert.Equal(allowed, Check(
        s_small with { Quantity = (decimal)quantity, Intent = OrderIntent.Reduce },
        s_flat with { Position = KnownPosition.Of((decimal)position), Recent = [Recent((decimal)pending)] }).IsEmpty);

    [Fact]
    public void Exit_FromAnUnknownPosition_IsRefused() => Assert.Equal(
        [NoTradeCodes.DataStale], Check(s_small with { Intent = OrderIntent.Reduce }, s_flat with { Position = KnownPosition.Unknown(NoTradeCodes.DataStale) }).Select(r => r.Code));

    [Fact]
    public void Position_IsKnownFromTrades_CorrectedByAReportWhileItIsFresh()
    {
        var now = new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.Zero);
        var validity = TimeSpan.FromMinutes(5);
        var book = new RiskBook([], 3, null, null, null, []);
        Assert.Equal(KnownPosition.Of(3), PositionPolicy.Evaluate(book, now, validity));
        Assert.Equal(KnownPosition.Of(5), PositionPolicy.Evaluate(book with { Report = new(4, 2, now.AddMinutes(-5)) }, now, validity));
        Assert.Equal(KnownPosition.Unknown(NoTradeCodes.DataStale), PositionPolicy.Evaluate(book with { Report = new(4, 2, now.AddMinutes(-5.01)) }, now, validity));
        Assert.Equal(KnownPosition.Unknown(NoTradeCodes.DataStale), PositionPolicy.Evaluate(book with { Report = new(4, 2, now.AddMinutes(6)) }, now, validity));
        Assert.Equal(KnownPosition.Of(3), PositionPolicy.Evaluate(book with { Report = new(1, 0, now.AddDays(-5)) }, now, validity));
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
        new(symbol, side, quantity, 100, OrderIntent.Open, age ?? TimeSpan.FromSeconds(30), open, open ? quantity : 0);

    private static ImmutableArray<OrderRefusal> Check(RiskOrder order, RiskFacts facts) => RiskEngine.Check(order, s_limits, facts);
}
