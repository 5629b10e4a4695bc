using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Gateway.Settlement;

/// <summary>Matches fills that the gateway saw: what is on the other side of what is held closes it, the oldest first. What it realises is reckoned from the
/// average price of what is held. Of two orders the later one bears the result.</summary>
internal static class SeenMatching
{
    /// <param name="orders">Orders of one symbol with fills that are not matched.</param>
    /// <param name="multiplier">Of the instrument.</param>
    /// <returns>The orders that changed.</returns>
    public static IReadOnlyList<GrantedOrder> Match(IEnumerable<GrantedOrder> orders, decimal multiplier)
    {
        var held = new List<GrantedOrder>();
        var changed = new Dictionary<string, GrantedOrder>(StringComparer.Ordinal);
        foreach (var next in orders.Where(o => o.Passage is not null && o.Beyond > 0).OrderBy(o => o.Passage!.SeenAt).ThenBy(o => o.OrderId, StringComparer.Ordinal))
        {
            var order = next;
            if (held.Count > 0 && held[0].Side != order.Side) order = Close(held, order, Math.Max(multiplier, order.Multiplier), changed);
            if (order.Beyond > 0) held.Add(order);
        }

        return [.. changed.Values];
    }

    private static GrantedOrder Close(List<GrantedOrder> held, GrantedOrder order, decimal multiplier, Dictionary<string, GrantedOrder> changed)
    {
        var average = held.All(o => o.Passage!.SeenPrice is not null) ? held.Sum(o => o.Passage!.SeenPrice!.Value * o.Beyond) / held.Sum(o => o.Beyond) : (decimal?)null;
        var closed = 0m;
        while (held.Count > 0 && order.Beyond - closed > 0)
        {
            var units = Math.Min(held[0].Beyond, order.Beyond - closed);
            closed += units;
            var entry = Matched(held[0], units, null);
            changed[entry.OrderId] = entry;
            if (entry.Beyond > 0) held[0] = entry;
            else held.RemoveAt(0);
        }

        var sign = order.Side == OrderSide.Sell ? 1 : -1;
        var known = order.Passage!.Matched == 0 || order.Passage.SeenPnl is not null;
        decimal? pnl = average is { } price && order.Passage.SeenPrice is { } own && known ? (order.Passage.SeenPnl ?? 0) + (sign * (own - price) * closed * multiplier) : null;
        return changed[order.OrderId] = Matched(order, closed, pnl);
    }

    private static GrantedOrder Matched(GrantedOrder order, decimal units, decimal? pnl) =>
        order with { Passage = order.Passage! with { Matched = order.Passage.Matched + units, SeenPnl = pnl ?? order.Passage.SeenPnl } };
}
