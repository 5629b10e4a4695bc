using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Ledger;
using CsCheck;

namespace ControlPlane.Grains.Tests.Risk;

/// <summary>Rules that must hold for any order, any limits and any facts. The expectations are worked out here anew, not by the rules.</summary>
public sealed class RiskPropertyTests
{
    private static readonly ImmutableSortedDictionary<string, decimal> s_defaults = new RiskOptions().Defaults;

    private static readonly Gen<decimal> s_amount = Gen.Frequency(
        (6, Gen.Int[0, 40].Select(i => (decimal)i)), (3, Gen.Int[0, 4_000].Select(i => i / 100m)), (1, OneOf(decimal.MaxValue, 1e-20m, 1e15m)));

    private static readonly Gen<string> s_symbol = OneOf("ES", "NQ");
    private static readonly Gen<OrderSide> s_side = OneOf(OrderSide.Buy, OrderSide.Sell);
    private static readonly Gen<OrderIntent> s_intent = OneOf(OrderIntent.Open, OrderIntent.Reduce);

    private static readonly Gen<RiskOrder> s_order = Gen.Select(
        s_symbol, s_side, s_amount, s_amount, s_intent, Gen.Int[0, 9], (symbol, side, quantity, price, intent, none) => new RiskOrder(symbol, side, quantity, none == 0 ? null : price, intent));

    private static readonly Gen<RecentOrder> s_recent = Gen.Select(
        s_symbol, s_side, Gen.Int[1, 9], Gen.Int[0, 120], Gen.Bool, s_intent,
        (symbol, side, quantity, age, open, intent) => new RecentOrder("r", symbol, side, quantity, 10, intent, TimeSpan.FromSeconds(age), open));

    private static readonly Gen<RiskFacts> s_facts = Gen.Select(
        Gen.Int[-40, 40],
        s_recent.Array[0, 6],
        Gen.Int[-300, 100],
        Gen.Int[0, 30],
        Gen.Int[0, 3],
        Gen.Bool,
        (position, recent, realised, mark, symbols, live) => new RiskFacts(
            Ledger(position, recent), [.. recent], realised, mark == 0 ? null : mark, symbols switch { 0 => [], 1 => ["ES"], _ => null }, live));

    private static SymbolLedger Ledger(int position, RecentOrder[] recent) => new(
        position == 0 ? [] : [new(position > 0 ? OrderSide.Buy : OrderSide.Sell, Math.Abs(position), 1)],
        [.. recent.Where(o => o.Open).Select(o => new LedgerOrder("r", o.Side, o.Quantity, 1, o.Intent, null, OrderFate.Working, DateTimeOffset.UnixEpoch, null))],
        new PositionEntry("ES"),
        0);

    private static readonly Gen<ImmutableSortedDictionary<string, decimal>> s_limits = Gen.Select(
        s_amount.Array[RiskLimitNames.All.Count], Gen.Int[0, 4].Array[RiskLimitNames.All.Count], Gen.Int[0, 19],
        (values, own, missing) => RiskLimitNames.All.Select((name, i) => (name, value: own[i] == 0 ? values[i] : s_defaults[name])).Where((_, i) => i != missing)
            .ToImmutableSortedDictionary(l => l.name, l => l.value, StringComparer.Ordinal));

    [Fact]
    public void NoOrder_ThatBreaksALimit_IsEverAllowed()
    {
        var allowed = 0;
        Gen.Select(s_order, s_limits, s_facts).Sample((order, limits, facts) => Keeps(order, limits, facts, ref allowed), iter: 60_000);
        Assert.True(allowed > 500, $"Only {allowed} orders were allowed: this proves little.");
    }

    [Fact]
    public void ATighterLimit_NeverAllowsMore() => Gen.Select(s_order, s_limits, s_facts, Gen.Int[0, 8], s_amount).Sample(
        (order, limits, facts, which, value) =>
        {
            var name = RiskLimitNames.All[which];
            if (!limits.TryGetValue(name, out var was)) return true;
            var tighter = RiskLimitNames.LargerIsTighter.Contains(name) ? Math.Max(was, value) : Math.Min(was, value);
            var refused = RiskEngine.Check(order, limits, facts).Select(r => r.Rule).ToArray();
            return refused.All(RiskEngine.Check(order, limits.SetItem(name, tighter), facts).Select(r => r.Rule).Contains);
        },
        iter: 20_000);

    [Fact]
    public void AnExit_NeverGrowsExposure_WhateverIsFilled() => Gen.Select(s_order, s_limits, s_facts).Sample(
        (order, limits, facts) =>
        {
            var exit = order with { Intent = OrderIntent.Reduce };
            if (!RiskEngine.Check(exit, limits, facts).IsEmpty) return true;
            var position = facts.Ledger.Held.ToDecimal()!.Value;
            var sign = exit.Side == OrderSide.Buy ? 1 : -1;
            var open = facts.Recent.Where(o => o.Open && o.Intent == OrderIntent.Reduce && o.Side == exit.Side).Sum(o => o.Quantity);
            var after = position + (sign * exit.Quantity);
            var afterAll = position + (sign * (exit.Quantity + open));
            return Math.Abs(after) < Math.Abs(position) && Math.Abs(afterAll) <= Math.Abs(position) && (afterAll == 0 || Math.Sign(afterAll) == Math.Sign(position));
        },
        iter: 20_000);

    private static bool Keeps(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts, ref int allowed)
    {
        if (!RiskEngine.Check(order, limits, facts).IsEmpty) return true;
        Interlocked.Increment(ref allowed);

        // A limit that is not set is the tightest.
        decimal Limit(string name) => limits.TryGetValue(name, out var value) ? value : name == RiskLimitNames.DuplicateOrderSeconds ? decimal.MaxValue : 0;
        if (order.Quantity <= 0) return false;
        if (order.Intent == OrderIntent.Reduce) return true;
        if (order.Price is not > 0) return false;
        var worth = (double)Math.Max(order.Price.Value, facts.Mark ?? 0);
        var same = facts.Recent.Where(o => o.Symbol == order.Symbol && o.Side == order.Side);
        var held = (double)facts.Ledger.Held.ToDecimal()!.Value * (order.Side == OrderSide.Buy ? 1 : -1);
        var after = Math.Max(0, held) + (double)order.Quantity + facts.Recent.Where(o => o.Open && o.Intent == OrderIntent.Open && o.Side == order.Side).Sum(o => (double)o.Quantity);
        return order.Quantity <= Limit("max_order_quantity")
            && (double)order.Quantity * worth <= (double)Limit("max_order_notional") * 1.000001
            && after * Math.Max(worth, 1) <= ((double)Limit("max_position_notional") + (double)order.Quantity) * 1.000001
            && after * worth <= (double)Limit("max_gross_notional") * 1.000001
            && facts.Recent.Count(o => o.Open) < Limit("max_open_orders")
            && facts.Recent.Count(o => o.Age < TimeSpan.FromMinutes(1)) < Limit("max_orders_per_minute")
            && (facts.RealisedToday >= 0 || -facts.RealisedToday < Limit("max_daily_loss"))
            && (facts.Mark is null ? !facts.Live : (double)Math.Abs(order.Price.Value - facts.Mark.Value) / (double)facts.Mark.Value * 100 <= (double)Limit("price_collar_percent") * 1.000001)
            && !same.Any(o => o.Intent == order.Intent && o.Quantity == order.Quantity && o.Price == order.Price && (decimal)o.Age.TotalSeconds < Limit("duplicate_order_seconds"))
            && facts.AllowedSymbols?.Contains(order.Symbol) != false;
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
