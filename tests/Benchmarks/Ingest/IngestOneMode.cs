using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Ingest;

/// <summary>One event a call. Group commit lets callers share a flush to disk that single inserts each pay for.</summary>
internal sealed class IngestOneMode : IBenchmarkMode
{
    private const int Events = 8_000;
    private const int Callers = 32;
    private const int WarmUps = 4;

    public string Name => "ingest-one";

    public string Measures => $"POST of one event on PostgreSQL, {Callers} callers, against single-row INSERTs on {Callers} connections, events/s";

    public async Task<IReadOnlyList<ModeResult>> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        await using var database = await IngestDatabase.StartAsync();
        await using var program = await ControlPlaneUnderTest.StartAsync(cancellationToken, database.Settings());
        await using var poster = WorkerProcess.Start(EventPoster.Worker, program.Address.ToString());
        await using var peer = new CopyPeer(database, Events);
        var waits = new List<double>();
        var taken = await Interleaved.RunAsync(
            rounds,
            async token =>
            {
                var posted = await poster.AskAsync<EventPoster.Posted>($"{Events} 1 {Callers}", token);
                waits.Add(posted.P50Ms);
                return posted.EventsPerSecond;
            },
            token => peer.InsertAsync(Callers, token),
            cancellationToken,
            WarmUps);
        return [new ModeResult(Name, "events/s", ">= 1.2", taken, new Dictionary<string, double> { ["p50_ms_to_ack"] = Statistics.Median(waits.TakeLast(rounds)) })];
    }
}
