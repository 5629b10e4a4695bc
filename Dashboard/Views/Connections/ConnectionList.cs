using ControlPlane.Contracts;
using ControlPlane.Dashboard.Feed;

namespace ControlPlane.Dashboard.Views.Connections;

/// <summary>What a person asked the list of connections for.</summary>
internal sealed record ConnectionQuery(ConnectionStatus? Chosen, string Text, string Sort, bool Descending, string? Opened, bool All)
{
    /// <summary>Whoever looks for something is shown all of it.</summary>
    public bool Unfolds => All || Chosen is not null || Text.Length > 0;
}

/// <summary>The connections as they are listed: those in use first, and the rest of the catalogue folded behind them.</summary>
internal sealed class ConnectionList
{
    private readonly int[] _counts = new int[Enum.GetValues<ConnectionStatus>().Length];

    public HeldOrder Order { get; } = new();

    public IReadOnlyList<ConnectionRow> Shown { get; private set; } = [];

    public IReadOnlySet<string> Needed { get; private set; } = new HashSet<string>();

    /// <summary>Connections that nobody has set up and nothing needs.</summary>
    public int Available { get; private set; }

    /// <summary>True while those are not listed.</summary>
    public bool Folded { get; private set; }

    public int Count(ConnectionStatus status) => _counts[(int)status];

    public void Arrange(FeedStore store, ConnectionQuery query)
    {
        Needed = ConnectionStatusPolicy.Needed(store.System, store.Bots.Values);
        Array.Clear(_counts);
        var (used, available) = (new List<ConnectionRow>(store.Integrations.Count), new List<ConnectionRow>());
        foreach (var row in store.Integrations.Values)
        {
            var status = ConnectionStatusPolicy.Of(row, Needed);
            _counts[(int)status]++;
            if ((query.Chosen is not null && query.Chosen != status) || !ConnectionOrder.Matches(row, query.Text)) continue;
            (IsInUse(row, status) ? used : available).Add(new ConnectionRow(row, status));
        }

        Available = available.Count;
        Folded = available.Count > 0 && used.Count > 0 && !query.Unfolds && !available.Any(line => line.Row.Provider == query.Opened);
        Sort(used, query);
        if (!Folded)
        {
            Sort(available, query);
            used.AddRange(available);
        }

        Shown = Order.Apply<ConnectionRow>(used, line => line.Row.Provider);
    }

    /// <summary>Set up, used, needed, or not to be read: all but what the catalogue merely offers.</summary>
    internal static bool IsInUse(IntegrationRow row, ConnectionStatus status) => status != ConnectionStatus.NotConfigured || row.Configured || row.Required || row.LastUsedAt is not null;

    private static void Sort(List<ConnectionRow> rows, ConnectionQuery query) =>
        rows.Sort((one, other) => ConnectionOrder.Compare(one, other, query.Sort, query.Descending));
}
