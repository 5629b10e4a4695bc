namespace ControlPlane.Grains.Risk.Desk;

/// <summary>Orders that this activation granted, by its monotonic clock: a wall clock that jumps ahead makes no order older than it is.</summary>
internal sealed class GrantMemory(TimeProvider time)
{
    private readonly Dictionary<string, (long Timestamp, DateTimeOffset At)> _grants = new(StringComparer.Ordinal);

    public void Add(string orderId, DateTimeOffset at) => _grants[orderId] = (time.GetTimestamp(), at);

    /// <summary>From when on orders must be read: no later than the oldest that still counts.</summary>
    public DateTimeOffset From(DateTimeOffset now, TimeSpan keep)
    {
        foreach (var id in _grants.Where(g => time.GetElapsedTime(g.Value.Timestamp) > keep).Select(g => g.Key).ToArray()) _grants.Remove(id);
        var from = now - keep;
        foreach (var (_, at) in _grants.Values)
        {
            if (at < from) from = at;
        }

        return from;
    }

    /// <summary>The age of an order, in doubt the smaller one; an order from the future is as young as can be.</summary>
    public TimeSpan AgeOf(GrantedOrder order, DateTimeOffset now)
    {
        var age = now - order.GrantedAt;
        if (_grants.TryGetValue(order.OrderId, out var grant) && time.GetElapsedTime(grant.Timestamp) is var lived && lived < age) age = lived;
        return age < TimeSpan.Zero ? TimeSpan.Zero : age;
    }
}
