using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>Nodes that follow the gate, the position of each, and until when each may rely on its last answer.</summary>
internal sealed class NodeLedger(TimeProvider time)
{
    /// <summary>A node measures its lease on its own clock. That one may run a tenth too slowly, and this one a tenth too fast.</summary>
    private const double ClockTolerance = 1.1 / 0.9;

    private readonly Dictionary<string, Node> _nodes = new(StringComparer.Ordinal);
    private long _unknownNodesUntil;

    private sealed record Node(GatePosition Known, long LeaseEnd, bool Silo);

    /// <summary>Nodes that followed an activation before this one may rely on it for one lease more.</summary>
    public void ExpectUnknownNodes(TimeSpan lease) => _unknownNodesUntil = time.GetTimestamp() + Ticks(lease * ClockTolerance);

    /// <summary>A node asks: it has taken over everything up to its position.</summary>
    public void Heard(string node, GatePosition known, bool silo)
    {
        var leaseEnd = _nodes.TryGetValue(node, out var before) ? before.LeaseEnd : 0;
        _nodes[node] = new(known, leaseEnd, silo);
    }

    /// <summary>A node was answered: it may rely on the answer this long at most.</summary>
    public void Answered(string node, TimeSpan validFor)
    {
        if (!_nodes.TryGetValue(node, out var before)) return;
        var end = time.GetTimestamp() + Ticks(validFor * ClockTolerance);
        _nodes[node] = before with { LeaseEnd = Math.Max(end, before.LeaseEnd) };
    }

    /// <summary>Who has acknowledged, and how long the last of the others may still rely on something older.</summary>
    public (Acknowledgements Count, TimeSpan Wait) Acknowledged(GatePosition position)
    {
        var now = time.GetTimestamp();
        foreach (var gone in _nodes.Where(n => n.Value.LeaseEnd < now - Ticks(TimeSpan.FromMinutes(1))).Select(n => n.Key).ToArray()) _nodes.Remove(gone);
        var live = _nodes.Values.Where(n => n.LeaseEnd > now || n.Known.Covers(position)).ToArray();
        var waiting = live.Where(n => !n.Known.Covers(position)).Select(n => n.LeaseEnd - now).DefaultIfEmpty(0).Max();
        waiting = Math.Max(waiting, _unknownNodesUntil - now);
        return (new(live.Count(n => n.Known.Covers(position)), live.Length), waiting <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(waiting / (double)time.TimestampFrequency));
    }

    /// <summary>Silos that follow this gate and have come up to <paramref name="position"/>.</summary>
    public int Silos(GatePosition position) => _nodes.Values.Count(n => n.Silo && n.LeaseEnd > time.GetTimestamp() && n.Known.Covers(position));

    /// <summary>Nodes that may rely on something, or have come up to <paramref name="position"/>.</summary>
    public IEnumerable<(string Node, bool Acknowledged)> Live(GatePosition position)
    {
        var now = time.GetTimestamp();
        return _nodes.Where(n => n.Value.LeaseEnd > now || n.Value.Known.Covers(position)).Select(n => (n.Key, n.Value.Known.Covers(position)));
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
