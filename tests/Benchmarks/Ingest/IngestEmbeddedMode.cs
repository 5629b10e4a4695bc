using System.Diagnostics;
using ControlPlane.Abstractions;
using ControlPlane.Benchmarks.Running;
using ControlPlane.Grains.Usage;
using ControlPlane.Silo.Storage.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Benchmarks.Ingest;

/// <summary>The embedded store, durable, ids and roll-ups included, against what SQLite takes at most.</summary>
internal sealed class IngestEmbeddedMode : IBenchmarkMode
{
    private const int Events = 100_000;
    private const int PerCall = 500;
    private const int Callers = 16;
    private const int WarmUps = 5;

    public string Name => "ingest-embedded";

    public string Measures => $"the embedded store with {Callers} callers of {PerCall} events, against SQLite multi-row inserts of 5,000 a transaction, events/s";

    public async Task<IReadOnlyList<ModeResult>> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("bench-ingest-");
        try
        {
            using var host = Build(folder.FullName);
            await host.StartAsync(cancellationToken);
            var store = host.Services.GetRequiredService<IUsageEventStore>();
            using var peer = new SqlitePeer(folder.FullName);
            var taken = await Interleaved.RunAsync(
                rounds, token => AppendAsync(store, token), _ => Task.FromResult(peer.InsertMany(SampleEvents.Make(Events))), cancellationToken, WarmUps);
            await host.StopAsync(cancellationToken);
            return [new ModeResult(Name, "events/s", ">= 0.55", taken)];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double> AppendAsync(IUsageEventStore store, CancellationToken cancellationToken)
    {
        var calls = SampleEvents.Make(Events).Chunk(PerCall).ToArray();
        var next = -1;
        var from = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(
            async () =>
            {
                while (Interlocked.Increment(ref next) is var index && index < calls.Length) await store.AppendAsync(calls[index], cancellationToken);
            },
            cancellationToken)));
        return Events / Stopwatch.GetElapsedTime(from).TotalSeconds;
    }

    private static IHost Build(string folder)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddEmbeddedStore(new EmbeddedStoreOptions { DataDirectory = folder });
        return builder.Build();
    }
}
