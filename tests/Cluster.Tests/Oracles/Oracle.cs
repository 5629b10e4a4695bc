namespace ControlPlane.Cluster.Tests.Oracles;

/// <summary>Replays what was seen against what was committed. It knows nothing of the program: only its promises.</summary>
internal static class Oracle
{
    /// <summary>Every promise that was broken, in words.</summary>
    /// <param name="sightings">In any order.</param>
    /// <param name="committed">Every recorded change of the system's status.</param>
    /// <param name="closed">When nothing may have been open: after a kill was answered, or a lease after the last proof.</param>
    /// <param name="lease">How long a node may rely on an activation of the gate that has been replaced.</param>
    public static IReadOnlyList<string> Replay(
        IReadOnlyCollection<Sighting> sightings, IReadOnlyCollection<Committed> committed, IReadOnlyCollection<ClosedStretch> closed, TimeSpan lease) =>
    [
        .. OpenWithoutAnOpening(sightings, committed),
        .. OpenWhileClosed(sightings, closed),
        .. EpochsThatWentBack(sightings),
        .. SecondWriters(sightings, lease),
        .. CommittedTwice(committed),
    ];

    /// <summary>I1: an opening is written before anybody hears of it, so an open answer always has one behind it that no closing has followed.</summary>
    private static IEnumerable<string> OpenWithoutAnOpening(IEnumerable<Sighting> sightings, IReadOnlyCollection<Committed> committed)
    {
        var byEpoch = committed.GroupBy(c => c.Epoch).ToDictionary(g => g.Key, g => g.OrderBy(c => c.Version).ToArray());
        foreach (var seen in sightings.Where(s => s.Open))
        {
            var last = byEpoch.GetValueOrDefault(seen.Epoch, []).LastOrDefault(c => c.Version <= seen.Version);
            if (last is not { Open: true }) yield return $"{seen} is open, and nothing that was committed opened it (last: {last}).";
        }
    }

    /// <summary>I1 and I2: a question that was sent in a closed stretch is not answered open within it.</summary>
    private static IEnumerable<string> OpenWhileClosed(IReadOnlyCollection<Sighting> sightings, IEnumerable<ClosedStretch> closed) =>
        from stretch in closed
        from seen in sightings
        where stretch.Forbids(seen)
        select $"{seen} is open: {stretch.Why}.";

    /// <summary>I4: to one who asks a node one question after the other, the epoch never goes back, and neither does the version within it.</summary>
    private static IEnumerable<string> EpochsThatWentBack(IEnumerable<Sighting> sightings)
    {
        foreach (var node in sightings.Where(s => s.Epoch > 0).GroupBy(s => (s.Node, s.Bot)))
        {
            Sighting? before = null;
            foreach (var seen in node.OrderBy(s => s.SentAt))
            {
                if (before is not null && before.ReceivedAt <= seen.SentAt && (seen.Epoch, seen.Version).CompareTo((before.Epoch, before.Version)) < 0)
                    yield return $"{seen} comes after {before}: it went back.";
                before = seen;
            }
        }
    }

    /// <summary>One activation of the gate at a time: once anyone has heard of an epoch, an older one opens nothing for longer than the lease.</summary>
    private static IEnumerable<string> SecondWriters(IEnumerable<Sighting> sightings, TimeSpan lease)
    {
        var newest = 0L;
        foreach (var seen in sightings.Where(s => s.Epoch > 0).OrderBy(s => s.ReceivedAt))
        {
            if (seen.Epoch <= newest) continue;
            newest = seen.Epoch;
            foreach (var old in sightings.Where(s => s.Open && s.Epoch < newest && s.SpeaksOf > seen.ReceivedAt + lease))
                yield return $"{old} is open, a lease after {seen} told of a newer activation.";
        }
    }

    /// <summary>A position has one decision: two would be those of two writers.</summary>
    private static IEnumerable<string> CommittedTwice(IEnumerable<Committed> committed) =>
        committed.GroupBy(c => (c.Epoch, c.Version)).Where(g => g.Distinct().Skip(1).Any()).Select(g => $"{g.Key} was committed as open and as closed.");
}
