namespace ControlPlane.Api.Live;

/// <summary>The latest of everything in the order of its last change: the mailbox of every reader at once. A reader keeps no queue but its place,
/// so a slow one costs nothing and skips what was overtaken. It is bounded: one entry a row, and the last closings of the system.</summary>
internal sealed class LiveLog(TimeProvider time)
{
    /// <summary>Closings that are kept for readers who have not taken them yet. Who is further behind is too slow.</summary>
    internal const int KeptClosings = 16;

    private readonly Lock _lock = new();
    private readonly LinkedList<LiveEntry> _rows = [];
    private readonly Dictionary<(LiveKind Kind, string Id), LinkedListNode<LiveEntry>> _places = [];
    private readonly List<LiveEntry> _system = [];
    private long _version;

    /// <summary>Version of the newest closing that was let go.</summary>
    private long _lostClosing;

    /// <summary>The position after the newest entry.</summary>
    public LiveCursor End
    {
        get
        {
            lock (_lock) return new(_version, _version);
        }
    }

    /// <summary>Takes in the system's status. What it overtakes goes, except closings.</summary>
    public void AppendSystem(ReadOnlyMemory<byte> body, bool closing)
    {
        lock (_lock)
        {
            _system.RemoveAll(static entry => !entry.Closing);
            if (_system.Count >= KeptClosings)
            {
                _lostClosing = _system[0].Version;
                _system.RemoveAt(0);
            }

            _system.Add(new(LiveKind.System, "", ++_version, body, time.GetTimestamp(), closing));
        }
    }

    /// <summary>Takes in a row, in the place of what was there of the same kind and id. A whole integration overtakes its counters too.</summary>
    public void AppendRow(LiveKind kind, string id, ReadOnlyMemory<byte> body)
    {
        lock (_lock)
        {
            if (kind == LiveKind.Integration) Remove((LiveKind.Usage, id));
            Remove((kind, id));
            _places[(kind, id)] = _rows.AddLast(new LiveEntry(kind, id, ++_version, body, time.GetTimestamp()));
        }
    }

    /// <summary>A row is gone, and its entries with it. One entry stands for all of them: a reader that meets it reads everything again.</summary>
    public void RemoveRow(LiveKind kind, string id)
    {
        lock (_lock)
        {
            Remove((kind, id));
            Remove((LiveKind.Gone, ""));
            _places[(LiveKind.Gone, "")] = _rows.AddLast(new LiveEntry(LiveKind.Gone, "", ++_version, default, time.GetTimestamp()));
        }
    }

    /// <summary>Takes what comes after the cursor, the system first, rows until <paramref name="maxBytes"/> are reached, and moves the cursor behind it.</summary>
    /// <returns>False when the reader missed a closing that is gone.</returns>
    public bool TryTake(ref LiveCursor cursor, List<LiveEntry> into, int maxBytes)
    {
        lock (_lock)
        {
            if (cursor.System < _lostClosing) return false;
            var (system, rows) = cursor;
            foreach (var entry in _system)
            {
                if (entry.Version <= system) continue;
                into.Add(entry);
                maxBytes -= entry.Body.Length;
            }

            if (_system is [.., var last] && last.Version > system) system = last.Version;
            for (var node = FirstAfter(rows); node is not null && maxBytes > 0; node = node.Next)
            {
                into.Add(node.Value);
                maxBytes -= node.Value.Body.Length;
                rows = node.Value.Version;
            }

            cursor = new(system, rows);
            return true;
        }
    }

    private LinkedListNode<LiveEntry>? FirstAfter(long version)
    {
        LinkedListNode<LiveEntry>? first = null;
        for (var node = _rows.Last; node is not null && node.Value.Version > version; node = node.Previous) first = node;
        return first;
    }

    private void Remove((LiveKind Kind, string Id) key)
    {
        if (_places.Remove(key, out var node)) _rows.Remove(node);
    }
}
