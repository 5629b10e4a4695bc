using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Components;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Grains.Supervision;

namespace ControlPlane.Grains.Risk;

/// <summary>For every rule an order that breaks it, which a working engine refuses for that very rule.</summary>
internal static class RiskCanary
{
    private const string Symbol = "CANARY";

    public static CycleOutcome Evaluate(ImmutableSortedDictionary<string, decimal> limits) => Evaluate(limits, RiskEngine.Check);

    /// <param name="check">The engine, so that a broken one can be tried.</param>
    internal static CycleOutcome Evaluate(
        ImmutableSortedDictionary<string, decimal> limits,
        Func<RiskOrder, ImmutableSortedDictionary<string, decimal>, RiskFacts, ImmutableArray<OrderRefusal>> check)
    {
        // A window of 0 switches the rule off; that it works is proven all the same.
        limits = limits.SetItem(RiskLimitNames.DuplicateOrderSeconds, Math.Max(1, limits.GetValueOrDefault(RiskLimitNames.DuplicateOrderSeconds)));
        var tried = Canaries(limits);
        foreach (var rule in RiskEngine.Rules)
        {
            if (!tried.TryGetValue(rule.Name, out var canary) || !check(canary.Order, limits, canary.Facts).Any(r => r.Rule == rule.Name))
            {
                return new(false, $"The canary order of {rule.Name} was let through: limits do not hold.");
            }
        }

        return new(true, $"Canary orders were refused by all {RiskEngine.Rules.Length} rules, as they must be.");
    }

    private static Dictionary<string, (RiskOrder Order, RiskFacts Facts)> Canaries(ImmutableSortedDictionary<string, decimal> limits)
    {
        decimal Limit(string name) => limits.GetValueOrDefault(name);
        decimal Beyond(string name) => Limit(name) + 1;
        var order = new RiskOrder(Symbol, OrderSide.Buy, 1, 1, OrderIntent.Open);
        var facts = new RiskFacts(SymbolLedger.Flat, [], 0, null, null, Live: false);
        var lately = new RecentOrder("canary", Symbol, order.Side, order.Quantity, 1, order.Intent, TimeSpan.Zero, Open: true);
        RiskFacts After(string limit) => facts with { Recent = [.. Enumerable.Repeat(lately, (int)Math.Clamp(Limit(limit), 0, 10_000))] };
        return new(StringComparer.Ordinal)
        {
            ["order_form"] = (order with { Price = null }, facts),
            [RiskLimitNames.MaxOrderQuantity] = (order with { Quantity = Beyond(RiskLimitNames.MaxOrderQuantity), Price = 0.0000001m }, facts),
            [RiskLimitNames.MaxOrderNotional] = (order with { Price = Beyond(RiskLimitNames.MaxOrderNotional) }, facts),
            [RiskLimitNames.MaxPositionNotional] = (order, facts with { Ledger = Holding(Limit(RiskLimitNames.MaxPositionNotional)) }),
            [RiskLimitNames.MaxGrossNotional] = (order, facts with { OtherGross = Limit(RiskLimitNames.MaxGrossNotional) }),
            [RiskLimitNames.MaxOpenOrders] = (order, After(RiskLimitNames.MaxOpenOrders)),
            [RiskLimitNames.MaxOrdersPerMinute] = (order, After(RiskLimitNames.MaxOrdersPerMinute)),
            [RiskLimitNames.MaxDailyLoss] = (order, facts with { RealisedToday = -Math.Max(Limit(RiskLimitNames.MaxDailyLoss), 1) }),
            ["allowed_symbols"] = (order, facts with { AllowedSymbols = [] }),
            [RiskLimitNames.PriceCollarPercent] = (order with { Price = 2 + (Limit(RiskLimitNames.PriceCollarPercent) * 0.01m) }, facts with { Mark = 1 }),
            [RiskLimitNames.DuplicateOrderSeconds] = (order, facts with { Recent = [lately] }),
            ["reduce_only"] = (order with { Intent = OrderIntent.Reduce }, facts),
        };
    }

    private static SymbolLedger Holding(decimal units) => new([new LedgerLot(OrderSide.Buy, units, 1)], [], new PositionEntry(Symbol), 0);
}
