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

    /// <summary>Events a second by single-row INSERT into both tables, each event in one statement that commits by itself.</summary>
    public async Task<double> InsertAsync(int connections, CancellationToken cancellationToken)
    {
        _eventsAlone.Add(await _process.AskAsync<double>($"insert {events} {connections} alone", cancellationToken));
        return await _process.AskAsync<double>($"insert {events} {connections} ids", cancellationToken);
    }

    /// <summary>The same without the ids, which then would not be unique.</summary>
    /// <param name="verb">What the peer did: copy or insert.</param>
    public Dictionary<string, double> Also(string verb, IReadOnlyList<Round> taken)
    {
        var alone = _eventsAlone.TakeLast(taken.Count).ToArray();
        return new Dictionary<string, double>
        {
            [$"{verb}_without_ids"] = Statistics.Median(alone),
            [$"ratio_to_{verb}_without_ids"] = Statistics.Median(taken.Zip(alone, (round, rate) => round.Ours / rate)),
        };
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
