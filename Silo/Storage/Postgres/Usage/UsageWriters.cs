using ControlPlane.Abstractions;
using ControlPlane.Grains.Usage;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>The two writers of usage in this process. The server works on one group while the next is encoded and sent.
/// They may meet the same ids and roll-ups as writers of other silos may, and stand in each other's way no more than those.</summary>
internal sealed class UsageWriters(PostgresDatabase database, TimeProvider time, ILogger<UsageWriter> logger) : IAsyncDisposable
{
    // Below it, sharing one commit costs the server less than a second commit at the same time.
    internal const int WorthASecond = 1_024;

    private readonly Lane[] _lanes = [new(new(database, time, logger)), new(new(database, time, logger))];

    /// <inheritdoc cref="UsageWriter.AppendAsync"/>
    public async Task<UsageAppend> AppendAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancellationToken)
    {
        var lane = Choose(_lanes[0].Rows, _lanes[1].Rows);
        _lanes[lane].Add(events.Count);
        try
        {
            return await _lanes[lane].Writer.AppendAsync(events, cancellationToken);
        }
        finally
        {
            _lanes[lane].Add(-events.Count);
        }
    }

    /// <summary>Drops what is beyond the retention.</summary>
    public async Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken)
    {
        var removed = await UsagePurge.RunAsync(database, _lanes[0].Writer.Days, olderThan, cancellationToken);
        _lanes[1].Writer.Days.Forget();
        return removed;
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_lanes.Select(lane => lane.Writer.DisposeAsync().AsTask()));

    /// <summary>Chooses a call's writer by its pending rows: the first while it has few, then the one with fewer.</summary>
    internal static int Choose(int first, int second) => first < WorthASecond || first <= second ? 0 : 1;

    private sealed class Lane(UsageWriter writer)
    {
        private int _rows;

        public UsageWriter Writer => writer;

        public int Rows => Volatile.Read(ref _rows);

        public void Add(int rows) => Interlocked.Add(ref _rows, rows);
    }
}
