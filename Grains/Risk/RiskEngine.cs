using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Rules;

namespace ControlPlane.Grains.Risk;

/// <summary>All rules. An order that opens must keep every one. An exit is held by its form and by the position that it reduces, never by what could
/// keep a bot in a position.</summary>
internal static class RiskEngine
{
    public static ImmutableArray<IRiskRule> Rules { get; } =
    [
        new OrderFormRule(),
        new OrderQuantityRule(),
        new OrderNotionalRule(),
        new PositionRule(),
        new GrossRule(),
        new OpenOrdersRule(),
        new OrderRateRule(),
        new DailyLossRule(),
        new AllowedSymbolsRule(),
        new PriceCollarRule(),
        new DuplicateOrderRule(),
        new ReduceRule(),
    ];

    /// <summary>Everything that the order breaks.</summary>
    public static ImmutableArray<OrderRefusal> Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts) =>
    [
        .. Rules.Where(rule => order.Intent != OrderIntent.Reduce || rule.HoldsForExits)
            .Select(rule => rule.Check(order, limits, facts)).OfType<OrderRefusal>(),
    ];
}
