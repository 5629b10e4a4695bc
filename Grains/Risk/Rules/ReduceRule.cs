using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Rules;

/// <summary>An exit makes a known position smaller: it is on the other side, and together with the open orders on that side no larger.</summary>
internal sealed class ReduceRule : IRiskRule
{
    public string Name => "reduce_only";

    public bool HoldsForExits => true;

    public OrderRefusal? Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts)
    {
        if (order.Intent != OrderIntent.Reduce) return null;
        if (facts.Position.Quantity is not { } position)
        {
            return new(facts.Position.Code ?? NoTradeCodes.DataMissing, Name, null, null, "The position is not known, so nobody can say that this order reduces it.");
        }

        var held = Math.Abs(position);
        if (position == 0 || Math.Sign(position) == order.Sign)
        {
            return new(NoTradeCodes.PositionLimit, Name, 0, order.Quantity, "There is no position that this order reduces.");
        }

        var leaving = Amounts.Plus(facts.Pending(order.Symbol, order.Side), order.Quantity);
        return leaving <= held ? null : new(NoTradeCodes.PositionLimit, Name, held, leaving, "The order, with the open ones on its side, is larger than the position.");
    }
}
