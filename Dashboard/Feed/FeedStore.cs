using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Feed;

/// <summary>Everything that the page knows, as last received. Messages count at once; who draws is told through <see cref="Changed"/>.</summary>
/// <remarks>Used from one thread at a time: the browser's, or the request that is prerendered.</remarks>
public sealed class FeedStore(TimeProvider time) : IFeedReceiver
{
    private const string BotsPart = "bots";
    private readonly Dictionary<string, IntegrationRow> _integrations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BotRow> _bots = new(StringComparer.Ordinal);
    private readonly List<Action> _early = [];
    private string? _stream;
    private long _seq;
    private bool _subscribing;
    private long _heldFrom;
    private TimeSpan _heldFor;

    /// <summary>A message was applied, or a snapshot loaded.</summary>
    public event Action? Changed;

    /// <summary>The node's beat came in.</summary>
    public event Action? Beaten;

    /// <summary>A message was missed: only a new snapshot can be trusted.</summary>
    public event Action? Gapped;

    public SystemStatusAnswer? System { get; private set; }

    public IReadOnlyDictionary<string, IntegrationRow> Integrations => _integrations;

    public IReadOnlyDictionary<string, BotRow> Bots => _bots;

    /// <summary>Parts of the snapshot that could not be read, such as <c>integrations</c> or <c>bots</c>.</summary>
    public IReadOnlyList<UnavailableRow> Unavailable { get; private set; } = [];

    /// <summary>When the values shown were last known to hold; null before the first.</summary>
    public DateTimeOffset? AsOf { get; private set; }

    public bool HasValues => System is not null;

    /// <summary>Counts up with every change, so that what is derived from the rows need not be worked out again.</summary>
    public long Revision { get; private set; }

    /// <summary>True while the last evaluation may still be acted on, on this device's monotonic clock.</summary>
    public bool StatusHolds => _heldFor > TimeSpan.Zero && time.GetElapsedTime(_heldFrom) < _heldFor;

    /// <summary>Why a whole part is missing, or null when it was read.</summary>
    public UnavailableRow? Missing(string part) => Unavailable.FirstOrDefault(row => row.Field == part);

    /// <summary>True when a whole part was read; without it not even a 0 may be shown of it.</summary>
    public bool Has(string part) => HasValues && Missing(part) is null;

    /// <summary>From here on messages of a new stream may come before its snapshot does.</summary>
    public void BeginSubscribe() => (_subscribing, _stream) = (true, null);

    /// <summary>Replaces everything. Answers how many rows are not as they were; the others keep their reference.</summary>
    public int Load(HubSnapshot snapshot)
    {
        var changed = RowSet.Replace(_integrations, snapshot.Integrations, row => row.Provider, ControlPlaneJson.Default.IntegrationRow)
            + RowSet.Replace(_bots, snapshot.Bots, row => row.BotId, ControlPlaneJson.Default.BotRow);
        Unavailable = snapshot.Unavailable;
        (_stream, _seq, _subscribing) = (snapshot.StreamId, snapshot.Seq, false);
        Hold(snapshot.System);
        Told();
        var early = _early.ToArray();
        _early.Clear();
        foreach (var take in early) take();
        return changed;
    }

    public void Take(HubSystem message)
    {
        if (!Next(message.StreamId, message.Seq, () => Take(message))) return;
        Hold(message.System);

        // The list of bots is read by the round that counts them: what a status says of it is newer than the snapshot.
        Unavailable = [.. Unavailable.Where(row => row.Field != BotsPart), .. message.System.Unavailable.Where(row => row.Field == BotsPart)];
        Told();
    }

    public void Take(HubIntegration message)
    {
        if (!Next(message.StreamId, message.Seq, () => Take(message))) return;
        _integrations[message.Integration.Provider] = message.Integration;
        Told();
    }

    public void Take(HubBot message)
    {
        if (!Next(message.StreamId, message.Seq, () => Take(message))) return;
        _bots[message.Bot.BotId] = message.Bot;
        Told();
    }

    public void Take(HubUsage message)
    {
        if (!Next(message.StreamId, message.Seq, () => Take(message))) return;
        if (!_integrations.TryGetValue(message.Usage.Provider, out var row)) return;
        _integrations[row.Provider] = UsageFigures.Put(row, message.Usage);
        Told();
    }

    public void Take(HubHeartbeat message)
    {
        if (message.StreamId != _stream) return;
        if (message.Seq != _seq)
        {
            Gap();
            return;
        }

        (_heldFrom, _heldFor) = (time.GetTimestamp(), TimeSpan.FromMilliseconds(message.ValidForMs));
        AsOf = time.GetUtcNow();
        Beaten?.Invoke();
    }

    private bool Next(string stream, long seq, Action again)
    {
        if (_subscribing)
        {
            _early.Add(again);
            return false;
        }

        if (stream != _stream) return false;
        if (seq == _seq + 1)
        {
            _seq = seq;
            return true;
        }

        if (seq > _seq) Gap();
        return false;
    }

    private void Gap()
    {
        _stream = null;
        Gapped?.Invoke();
    }

    private void Hold(SystemStatusAnswer status)
    {
        System = status;
        (_heldFrom, _heldFor) = (time.GetTimestamp(), TimeSpan.FromMilliseconds(status.ValidForMs));
    }

    private void Told()
    {
        AsOf = time.GetUtcNow();
        Revision++;
        Changed?.Invoke();
    }
}
