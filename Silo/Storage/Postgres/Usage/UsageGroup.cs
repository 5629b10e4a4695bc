using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Usage;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>The events of several calls that are committed together, each id once: the first that brings it is to be written.</summary>
internal sealed class UsageGroup
{
    private readonly IReadOnlyList<UsageCall> _calls;
    private readonly bool[][] _written;
    private readonly List<long> _days = [];
    private List<Row> _rows;

    public UsageGroup(IReadOnlyList<UsageCall> calls)
    {
        _calls = calls;
        _written = new bool[calls.Count][];
        var total = calls.Sum(c => c.Events.Count);
        _rows = new List<Row>(total);
        var seen = new HashSet<Guid>(total);
        for (var call = 0; call < calls.Count; call++)
        {
            var events = calls[call].Events;
            var written = _written[call] = new bool[events.Count];
            for (var i = 0; i < events.Count; i++)
            {
                if (!(written[i] = seen.Add(events[i].EventId))) continue;
                var row = new Row(events[i], UnixMicroseconds.From(events[i].OccurredAt), call, i);
                _rows.Add(row);
                if (!_days.Contains(row.Day)) _days.Add(row.Day);
            }
        }
    }

    public IReadOnlyList<UsageCall> Calls => _calls;

    /// <summary>What is to be written, in the order of arrival.</summary>
    public IReadOnlyList<Row> Rows => _rows;

    /// <summary>Of what the calls brought; few, whatever they bring: retention bounds them.</summary>
    public IReadOnlyList<long> Days => _days;

    /// <summary>Ids and days in the order in which every writer locks them, so that two writers with the same ids can't deadlock.</summary>
    public (Guid[] Ids, long[] Days) SortedIds()
    {
        var ids = new Guid[_rows.Count];
        var days = new long[_rows.Count];
        for (var i = 0; i < ids.Length; i++) (ids[i], days[i]) = (_rows[i].Event.EventId, _rows[i].Day);
        Array.Sort(ids, days);
        return (ids, days);
    }

    /// <summary>Leaves only the rows with these ids; the others are in the store already.</summary>
    public void KeepOnly(IReadOnlySet<Guid> fresh)
    {
        var kept = new List<Row>(fresh.Count);
        foreach (var row in _rows)
        {
            if (fresh.Contains(row.Event.EventId)) kept.Add(row);
            else _written[row.Call][row.Index] = false;
        }

        _rows = kept;
    }

    public void Acknowledge(long sequence)
    {
        for (var i = 0; i < _calls.Count; i++) _calls[i].Acknowledge(new UsageAppend(ImmutableCollectionsMarshal.AsImmutableArray(_written[i]), sequence));
    }

    public void Fail(Exception failure)
    {
        foreach (var call in _calls) call.Fail(failure);
    }

    /// <param name="At">Microseconds since 1970.</param>
    /// <param name="Call">Number of the call within the group, and <paramref name="Index"/> of the event within the call.</param>
    internal readonly record struct Row(UsageEvent Event, long At, int Call, int Index)
    {
        public long Second => UnixMicroseconds.FloorDivide(At, UnixMicroseconds.PerSecond);

        /// <summary>UTC days since 1970.</summary>
        public long Day => UnixMicroseconds.FloorDivide(At, 24 * UnixMicroseconds.PerHour);
    }
}
