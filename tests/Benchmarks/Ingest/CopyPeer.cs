using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Ingest;

/// <summary>The process of <see cref="CopyClient"/>, asked for one round after the other.</summary>
internal sealed class CopyPeer(IngestDatabase database, int events) : IAsyncDisposable
{
    private readonly WorkerProcess _process = WorkerProcess.Start(CopyClient.Worker, database.Peer);
    private readonly List<double> _eventsAlone = [];

    /// <summary>Events a second by COPY into the table of ids and the table of events: together they are what one table with a unique id would be.</summary>
    public async Task<double> CopyAsync(CancellationToken cancellationToken)
    {
        _eventsAlone.Add(await _process.AskAsync<double>($"copy {events} alone", cancellationToken));
        return await _process.AskAsync<double>($"copy {events} ids", cancellationToken);
    }

    /// <summary>Events a second by single-row INSERT into the table of events.</summary>
    public Task<double> InsertAsync(int connections, CancellationToken cancellationToken) => _process.AskAsync<double>($"insert {events} {connections}", cancellationToken);

    /// <summary>The COPY without the ids, which then would not be unique.</summary>
    public IReadOnlyDictionary<string, double> Also(IReadOnlyList<Round> taken)
    {
        var alone = _eventsAlone.TakeLast(taken.Count).ToArray();
        return new Dictionary<string, double>
        {
            ["copy_without_ids"] = Statistics.Median(alone),
            ["ratio_to_copy_without_ids"] = Statistics.Median(taken.Zip(alone, (round, copy) => round.Ours / copy)),
        };
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
