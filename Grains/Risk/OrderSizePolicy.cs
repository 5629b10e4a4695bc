using System.Collections.Immutable;

namespace ControlPlane.Grains.Risk;

/// <summary>An order as the risk engine sees it.</summary>
/// <param name="Quantity">Units of the instrument, above 0.</param>
/// <param name="Price">Price of one unit, in the account's currency, above 0.</param>
internal sealed record RiskOrder(string Symbol, decimal Quantity, decimal Price);

/// <summary>A limit that an order breaks.</summary>
internal sealed record RiskRefusal(string Limit, decimal Allowed, decimal Actual);

/// <summary>The size limits, which need no knowledge beyond the order itself.</summary>
internal static class OrderSizePolicy
{
    /// <summary>Every limit that the order breaks; a limit that is not set refuses.</summary>
    public static ImmutableArray<RiskRefusal> Check(ImmutableSortedDictionary<string, decimal> limits, RiskOrder order)
    {
        var refusals = ImmutableArray.CreateBuilder<RiskRefusal>();
        void AtMost(string limit, decimal actual)
        {
            var allowed = limits.GetValueOrDefault(limit);
            if (actual > allowed) refusals.Add(new(limit, allowed, actual));
        }

        if (order.Quantity <= 0 || order.Price <= 0) refusals.Add(new(RiskLimitNames.MaxOrderQuantity, 0, order.Quantity));
        AtMost(RiskLimitNames.MaxOrderQuantity, order.Quantity);
        AtMost(RiskLimitNames.MaxOrderNotional, order.Quantity * order.Price);
        return refusals.ToImmutable();
    }
}
