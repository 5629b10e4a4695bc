using System.Diagnostics;
using System.Globalization;
using ControlPlane.Abstractions;
using ControlPlane.Benchmarks.Running;
using ControlPlane.Silo.Storage;
using ControlPlane.Silo.Storage.Postgres;
using ControlPlane.Silo.Storage.Postgres.Usage;
using Npgsql;

namespace ControlPlane.Benchmarks.Ingest;

/// <summary>What PostgreSQL takes at most, from a client in a process of its own: the product's tables with their indexes, durable, and nothing
/// else: no check for duplicates but the key's own, no roll-ups, nobody to answer. Events are made before the clock starts.</summary>
internal static class CopyClient
{
    public const string Worker = "copy-client";
    private const int RowsPerTransaction = 5_000;
    private const string Columns = "occurred_at, id, event_id, http_status, latency_ms, status, listed, provider, operation, user_id, bot_id, trace_id, error_code";
    private const string InsertOne = $"INSERT INTO integration_usage_events ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    private static long s_nextId;

    public static async Task RunAsync(string[] args)
    {
        await using var database = new NpgsqlDataSourceBuilder(args[0] + ";Search Path=controlplane;Maximum Pool Size=40;Max Auto Prepare=20;Auto Prepare Min Usages=2").Build();
        await using (var command = database.CreateCommand("SELECT usage_day_create(current_date + d) FROM generate_series(-1, 1) AS d")) await command.ExecuteNonQueryAsync();
        await WorkerProcess.AnswerAsync(async command => command.Split(' ') switch
        {
            ["copy", var events, var ids] => await CopyAsync(database, Number(events), withIds: ids == "ids"),
            ["insert", var events, var connections, var ids] => await InsertAsync(database, Number(events), Number(connections), withIds: ids == "ids"),
            _ => throw new InvalidOperationException("Not a command of this worker."),
        });
    }

    /// <summary>Events a second by binary COPY, in transactions of 5,000.</summary>
    private static async Task<double> CopyAsync(NpgsqlDataSource database, int count, bool withIds)
    {
        var events = SampleEvents.Make(count);
        var listed = Listed(events);
        await using var connection = await database.OpenConnectionAsync();
        var from = Stopwatch.GetTimestamp();
        for (var start = 0; start < count; start += RowsPerTransaction)
        {
            var end = Math.Min(start + RowsPerTransaction, count);
            await using var transaction = await connection.BeginTransactionAsync();
            if (withIds)
            {
                await using var ids = await connection.BeginBinaryImportAsync("COPY usage_event_ids (event_id, day) FROM STDIN (FORMAT BINARY)");
                for (var i = start; i < end; i++)
                {
                    ids.StartRow();
                    ids.Write(events[i].EventId);
                    ids.Write(DateOnly.FromDateTime(events[i].OccurredAt.UtcDateTime));
                }

                await ids.CompleteAsync();
            }

            await using (var rows = await connection.BeginBinaryImportAsync($"COPY integration_usage_events ({Columns}) FROM STDIN (FORMAT BINARY)"))
            {
                for (var i = start; i < end; i++) Write(rows, events[i], listed[i]);
                await rows.CompleteAsync();
            }

            await transaction.CommitAsync();
        }

        return count / Stopwatch.GetElapsedTime(from).TotalSeconds;
    }

    /// <summary>Events a second, each in a durable statement of its own.</summary>
    private static async Task<double> InsertAsync(NpgsqlDataSource database, int count, int connections, bool withIds)
    {
        var events = SampleEvents.Make(count);
        var open = await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ => await database.OpenConnectionAsync()));
        var next = -1;
        var from = Stopwatch.GetTimestamp();
        await Task.WhenAll(open.Select(connection => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var index && index < count)
            {
                await using var insert = Insert(connection, events[index], withIds);
                await insert.ExecuteNonQueryAsync();
            }
        })));
        var took = Stopwatch.GetElapsedTime(from);
        foreach (var connection in open) await connection.DisposeAsync();
        return count / took.TotalSeconds;
    }

    private static NpgsqlCommand Insert(NpgsqlConnection connection, UsageEvent e, bool withIds)
    {
        var insert = connection.Statement(withIds ? $"WITH ids AS (INSERT INTO usage_event_ids (event_id, day) VALUES ($3, $14)) {InsertOne}" : InsertOne)
            .With(PostgresStatement.Instant(e.OccurredAt)).With(Interlocked.Increment(ref s_nextId)).With(e.EventId).With(e.HttpStatus!.Value).With(e.LatencyMs!.Value)
            .With((short)e.Status).With(true).With(e.Provider).With(e.Operation).With(e.UserId).With(e.BotId).With(e.TraceId).With(e.ErrorCode);
        return withIds ? insert.With(DateOnly.FromDateTime(e.OccurredAt.UtcDateTime)) : insert;
    }

    private static void Write(NpgsqlBinaryImporter rows, UsageEvent e, bool listed)
    {
        rows.StartRow();
        rows.Write(e.OccurredAt.UtcDateTime);
        rows.Write(++s_nextId);
        rows.Write(e.EventId);
        rows.Write(e.HttpStatus!.Value);
        rows.Write(e.LatencyMs!.Value);
        rows.Write((short)e.Status);
        rows.Write(listed);
        rows.Write(e.Provider);
        rows.Write(e.Operation);
        rows.Write(e.UserId!);
        rows.Write(e.BotId!);
        rows.Write(e.TraceId!);
        rows.WriteNull();
    }

    /// <summary>The partial index gets as many rows as the product gives it: of one provider and second within one transaction, 32.</summary>
    private static bool[] Listed(UsageEvent[] events)
    {
        var cells = new Dictionary<(int Transaction, string Provider, long Second), int>();
        return [.. events.Select((e, i) =>
        {
            var cell = (i / RowsPerTransaction, e.Provider, UnixMicroseconds.From(e.OccurredAt) / UnixMicroseconds.PerSecond);
            return (cells[cell] = cells.GetValueOrDefault(cell) + 1) <= UsageRollup.ListedPerCell;
        })];
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
