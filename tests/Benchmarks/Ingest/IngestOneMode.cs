using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Ingest;

/// <summary>One event a call. Group commit lets callers share a flush to disk that single inserts each pay for.</summary>
internal sealed class IngestOneMode : IBenchmarkMode
{
    private const int Events = 16_000;
    private const int Callers = 32;
    private const int WarmUps = 2;

    // So many calls are over before the runtime has compiled for good what they run through.
    private const int WarmUpEvents = 200_000;

    public string Name => "ingest-one";

    public string Measures => $"POST of one event on PostgreSQL, {Callers} callers, against single-row INSERTs into both tables on {Callers} connections, events/s";

    public async Task<IReadOnlyList<ModeResult>> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        await using var database = await IngestDatabase.StartAsync();
        await using var program = await ControlPlaneUnderTest.StartAsync(cancellationToken, database.Settings());
        await using var poster = WorkerProcess.Start(EventPoster.Worker, program.Address.ToString());
        await using var peer = new CopyPeer(database, Events);
        var spent = new ProcessorTime(("program", program.ProcessId), ("postgres", database.ProcessId), ("sender", poster.ProcessId));
        await poster.AskAsync<EventPoster.Posted>($"{WarmUpEvents} 1 {Callers}", cancellationToken);
        var waits = new List<double>();
        var taken = await Interleaved.RunAsync(
            rounds,
            async token =>
            {
                var posted = await spent.WatchAsync(Events, () => poster.AskAsync<EventPoster.Posted>($"{Events} 1 {Callers}", token));
                waits.Add(posted.P50Ms);
                return posted.EventsPerSecond;
            },
            token => peer.InsertAsync(Callers, token),
            cancellationToken,
            WarmUps);
        var also = peer.Also("insert", taken);
        also["p50_ms_to_ack"] = Statistics.Median(waits.TakeLast(rounds));
        foreach (var (name, figure) in spent.Figures(rounds)) also[name] = figure;
        return [new ModeResult(Name, "events/s", ">= 1.2", taken, also)];
    }
}
