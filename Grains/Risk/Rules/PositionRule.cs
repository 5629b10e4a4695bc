using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Rules;

/// <summary>Largest value of the position in a symbol, should every open order on this side and this one be filled.</summary>
internal sealed class PositionRule : IRiskRule
{
    public string Name => RiskLimitNames.MaxPositionNotional;

    public bool HoldsForExits => false;

    public OrderRefusal? Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts)
    {
        var limit = limits.GetValueOrDefault(Name);
        if (facts.Position.Quantity is not { } position)
        {
            return new(facts.Position.Code ?? NoTradeCodes.DataMissing, Name, limit, null, "The position is not known. Report it, or the trades that it comes from.");
        }

        var added = Amounts.Plus(facts.Pending(order.Symbol, order.Side), order.Quantity);
        var after = Amounts.Plus(position, Amounts.Times(added, order.Sign));
        var notional = Amounts.Times(after is { } units ? Math.Abs(units) : null, OrderNotionalRule.Worth(order, facts));
        return notional <= limit ? null : new(NoTradeCodes.PositionLimit, Name, limit, notional, "The position would be above the limit.");
    }
}
