using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Gateway.Settlement;

/// <summary>Matches fills that the gateway saw: what is on the other side of what is held closes it, the oldest first. It tells what of the position is
/// left; what was realised is booked apart from it.</summary>
internal static class SeenMatching
{
    /// <param name="orders">Orders of one symbol with fills that are not matched.</param>
    /// <returns>The orders that changed.</returns>
    public static IReadOnlyList<GrantedOrder> Match(IEnumerable<GrantedOrder> orders)
    {
        var held = new List<GrantedOrder>();
        var changed = new Dictionary<string, GrantedOrder>(StringComparer.Ordinal);
        foreach (var next in orders.Where(o => o.Passage is not null && o.Beyond > 0).OrderBy(o => o.Passage!.SeenAt).ThenBy(o => o.OrderId, StringComparer.Ordinal))
        {
            var order = next;
            if (held.Count > 0 && held[0].Side != order.Side) order = Close(held, order, changed);
            if (order.Beyond > 0) held.Add(order);
        }

        return [.. changed.Values];
    }

    private static GrantedOrder Close(List<GrantedOrder> held, GrantedOrder order, Dictionary<string, GrantedOrder> changed)
    {
        var closed = 0m;
        while (held.Count > 0 && order.Beyond - closed > 0)
        {
            var units = Math.Min(held[0].Beyond, order.Beyond - closed);
            closed += units;
            var entry = Matched(held[0], units);
            changed[entry.OrderId] = entry;
            if (entry.Beyond > 0) held[0] = entry;
            else held.RemoveAt(0);
        }

        return changed[order.OrderId] = Matched(order, closed);
    }

    private static GrantedOrder Matched(GrantedOrder order, decimal units) => order with { Passage = order.Passage! with { Matched = order.Passage.Matched + units } };
}
