using System.Diagnostics;
using ControlPlane.Abstractions;
using ControlPlane.Benchmarks.Ingest;
using ControlPlane.Benchmarks.Running;
using ControlPlane.Grains.Usage;
using ControlPlane.Silo.Storage.Postgres;
using ControlPlane.Testing.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ControlPlane.Benchmarks.Schema;

/// <summary>What the tables of usage take at most, and how soon they give a page of a rarely used provider among millions of rows.</summary>
internal sealed class SchemaMode : IBenchmarkMode
{
    public const int DefaultRows = 10_000_000;
    private const int RowsPerRound = 200_000;
    private const int RowsPerCall = 10_000;
    private const int Callers = 4;
    private const int RareEvery = 100_000;
    private const string Rare = "discord";
    private const int PagesPerRound = 100;
    private const double PageGoalMs = 20;

    /// <summary>Rows that the product's writer commits before pages are read.</summary>
    public int Rows { get; set; } = DefaultRows;

    public string Name => "schema";

    public string Measures => "COPY into the product's tables, ids included, against a table with PK(uuid v7) and btree(provider, time), rows/s; p99 of a page among --rows rows, ms";

    public async Task<IReadOnlyList<ModeResult>> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        await using var server = await PostgresServer.StartAsync(durable: true);
        var connectionString = await server.CreateDatabaseAsync("schema");
        await using var services = new ServiceCollection().AddLogging().AddPostgresStore(new PostgresStoreOptions { ConnectionString = connectionString }).BuildServiceProvider();
        await services.GetRequiredService<PostgresDatabase>().MigrateAsync(cancellationToken);
        return [await CopyAsync(connectionString, rounds, cancellationToken), await PagesAsync(services.GetRequiredService<IUsageEventStore>(), rounds, cancellationToken)];
    }

    private static async Task<ModeResult> CopyAsync(string connectionString, int rounds, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Search Path=controlplane");
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using (var make = new NpgsqlCommand($"SELECT usage_day_create(current_date + d) FROM generate_series(-1, 1) AS d; {SchemaTables.Customary}", connection))
        {
            await make.ExecuteNonQueryAsync(cancellationToken);
        }

        var taken = await Interleaved.RunAsync(
            rounds,
            token => SchemaTables.FillOursAsync(connection, SampleEvents.Make(RowsPerRound), token),
            token => SchemaTables.FillCustomaryAsync(connection, SampleEvents.Make(RowsPerRound), token),
            cancellationToken);
        return new("schema", "rows/s", ">= 1.6", taken);
    }

    private async Task<ModeResult> PagesAsync(IUsageEventStore store, int rounds, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var calls = Rows / RowsPerCall;
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(
            async () =>
            {
                while (Interlocked.Increment(ref next) < calls) await store.AppendAsync(Events(), cancellationToken);
            },
            cancellationToken)));
        var loaded = clock.Elapsed.TotalSeconds;
        var taken = new List<Round>();
        for (var round = 0; round < rounds; round++)
        {
            var times = new double[PagesPerRound];
            for (var i = 0; i < times.Length; i++)
            {
                var from = Stopwatch.GetTimestamp();
                var page = await store.PageAsync(Rare, 20, null, cancellationToken);
                times[i] = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
                if (page.Items.Length < (Rows < DefaultRows ? 1 : 20)) throw new InvalidOperationException("The page is not whole.");
            }

            Array.Sort(times);
            taken.Add(new(times[PagesPerRound * 99 / 100], PageGoalMs));
        }

        return new("schema-page", "ms, p99", "<= 1", taken, new Dictionary<string, double> { ["rows"] = calls * (double)RowsPerCall, ["load_s"] = loaded });
    }

    private static UsageEvent[] Events()
    {
        var events = SampleEvents.Make(RowsPerCall);
        if (Random.Shared.Next(RareEvery / RowsPerCall) == 0) events[0] = events[0] with { Provider = Rare, Operation = "POST /webhook" };
        return events;
    }
}
