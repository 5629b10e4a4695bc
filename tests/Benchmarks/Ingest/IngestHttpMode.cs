using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Ingest;

/// <summary>Durable ingest over HTTP: the whole program in one process, the senders in another.</summary>
internal sealed class IngestHttpMode : IBenchmarkMode
{
    private const int Events = 60_000;
    private const int PerCall = 500;
    private const int Callers = 8;

    public string Name => "ingest-http";

    public string Measures => $"POST /api/usage-events on the embedded store, {PerCall} events a call, against SQLite multi-row inserts of 5,000 a transaction, events/s";

    public async Task<IReadOnlyList<ModeResult>> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        await using var program = await ControlPlaneUnderTest.StartAsync(cancellationToken);
        await using var poster = WorkerProcess.Start(EventPoster.Worker, program.Address.ToString());
        using var peer = new SqlitePeer(program.DataDirectory);
        var taken = await Interleaved.RunAsync(
            rounds,
            async token => (await poster.AskAsync<EventPoster.Posted>($"{Events} {PerCall} {Callers}", token)).EventsPerSecond,
            _ => Task.FromResult(peer.InsertMany(SampleEvents.Make(Events))),
            cancellationToken);
        return [new ModeResult(Name, "events/s", ">= 0.85", taken)];
    }
}
