using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Ledger;

namespace ControlPlane.Grains.Risk.Rules;

/// <summary>An exit truly reduces: it is on the other side of what is held, and together with the exits that still work no larger. Exits of one group are
/// alternatives and count as the largest of them. Anything else is an opening order, whatever it calls itself.</summary>
internal sealed class ReduceRule : IRiskRule
{
    public string Name => "reduce_only";

    public bool HoldsForExits => true;

    public OrderRefusal? Check(RiskOrder order, ImmutableSortedDictionary<string, decimal> limits, RiskFacts facts)
    {
        if (order.Intent != OrderIntent.Reduce) return null;
        var room = order.Side == OrderSide.Sell ? facts.Ledger.RoomLong : facts.Ledger.RoomShort;
        var working = facts.Ledger.Exits(order.Side).ToImmutableArray();
        if (room.IsZero)
        {
            return new(NoTradeCodes.PositionLimit, Name, 0, order.Quantity, facts.Ledger.Known
                ? "There is no position that this order reduces: it would open one."
                : "The position is not known: trades and the last report contradict each other, and the smaller of the two leaves nothing to reduce.");
        }

        var leaving = SymbolLedger.Leaving(working.Select(o => (o.OcoGroup, o.Left)).Append((order.OcoGroup, order.Quantity)));
        return leaving <= room
            ? null
            : new(NoTradeCodes.PositionLimit, Name, room.ToDecimal(), leaving.ToDecimal(), "The order, with the exits that still work, is larger than the position.") { OrderIds = [.. working.Select(o => o.OrderId)] };
    }
}
