using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Ingest;

/// <summary>Durable ingest over HTTP: the whole program in one process, the senders in another.</summary>
internal sealed class IngestHttpMode : IBenchmarkMode
{
    private const int Events = 100_000;
    private const int PerCall = 500;
    private const int Callers = 8;
    private const int WarmUps = 8;

    public string Name => "ingest-http";

    public string Measures => $"POST /api/usage-events on PostgreSQL, {PerCall} events a call, against binary COPY into the same tables, events/s";

    public async Task<IReadOnlyList<ModeResult>> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        await using var database = await IngestDatabase.StartAsync();
        await using var program = await ControlPlaneUnderTest.StartAsync(cancellationToken, database.Settings());
        await using var poster = WorkerProcess.Start(EventPoster.Worker, program.Address.ToString());
        await using var peer = new CopyPeer(database, Events);
        var spent = new ProcessorTime(("program", program.ProcessId), ("postgres", database.ProcessId), ("sender", poster.ProcessId));
        var taken = await Interleaved.RunAsync(
            rounds,
            async token => (await spent.WatchAsync(Events, () => poster.AskAsync<EventPoster.Posted>($"{Events} {PerCall} {Callers}", token))).EventsPerSecond,
            peer.CopyAsync,
            cancellationToken,
            WarmUps);
        var also = peer.Also("copy", taken);
        foreach (var (name, figure) in spent.Figures(rounds)) also[name] = figure;
        return [new ModeResult(Name, "events/s", ">= 0.85", taken, also)];
    }
}
