using System.Diagnostics;
using ControlPlane.Abstractions;
using ControlPlane.Silo.Storage;
using ControlPlane.Silo.Storage.Embedded;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Benchmarks.Ingest;

/// <summary>What SQLite takes at most: multi-row inserts into the same table with the same index, one durable transaction for every 5,000
/// events; no ids, no roll-ups, nobody to answer. Below ADO.NET, as the store itself.</summary>
internal sealed class SqlitePeer : IDisposable
{
    private const int RowsPerTransaction = 5_000;
    private const int RowsPerStatement = 100;
    private const string Columns = "event_id, occurred_at, provider, status, latency_ms, http_status, user_id, bot_id, operation, trace_id, error_code";
    private const string Row = "(?,?,?,?,?,?,?,?,?,?,?)";
    private static readonly string s_many = Insert(RowsPerStatement);
    private readonly SqliteSession _session;

    public SqlitePeer(string folder)
    {
        var options = new EmbeddedStoreOptions { DataDirectory = Directory.CreateDirectory(Path.Combine(folder, "peer")).FullName };
        new SqliteConnection($"Data Source={Path.Combine(options.DataDirectory, "controlplane.db")};Pooling=False").OpenAndClose();
        _session = SqliteSession.OpenWriter(options);
        _session.Execute(
            "CREATE TABLE integration_usage_events (id INTEGER PRIMARY KEY, event_id BLOB NOT NULL, occurred_at INTEGER NOT NULL, provider TEXT NOT NULL, " +
            "status INTEGER NOT NULL, latency_ms INTEGER, http_status INTEGER, user_id TEXT, bot_id TEXT, operation TEXT NOT NULL, trace_id TEXT, error_code TEXT);" +
            "CREATE INDEX usage_by_provider ON integration_usage_events (provider, occurred_at, status, latency_ms);");
    }

    /// <summary>Events a second.</summary>
    public double InsertMany(UsageEvent[] events)
    {
        var from = Stopwatch.GetTimestamp();
        for (var start = 0; start < events.Length; start += RowsPerTransaction)
        {
            _session.Prepare("BEGIN IMMEDIATE").Run();
            for (var row = start; row < Math.Min(start + RowsPerTransaction, events.Length); row += RowsPerStatement)
            {
                var insert = _session.Prepare(s_many);
                for (var i = 0; i < RowsPerStatement; i++) Bind(insert, events[row + i]);
                insert.Run();
            }

            _session.Prepare("COMMIT").Run();
        }

        return events.Length / Stopwatch.GetElapsedTime(from).TotalSeconds;
    }

    public void Dispose() => _session.Dispose();

    private static string Insert(int rows) => $"INSERT INTO integration_usage_events ({Columns}) VALUES {string.Join(',', Enumerable.Repeat(Row, rows))}";

    private static void Bind(Statement insert, UsageEvent e) => insert.With(e.EventId).With(UnixMicroseconds.From(e.OccurredAt)).With(e.Provider).With((long)e.Status)
        .With(e.LatencyMs).With(e.HttpStatus).With(e.UserId).With(e.BotId).With(e.Operation).With(e.TraceId).With(e.ErrorCode);
}

internal static class SqliteFile
{
    /// <summary>Creates the file: the store's own sessions open only what is there.</summary>
    public static void OpenAndClose(this SqliteConnection connection)
    {
        using (connection) connection.Open();
    }
}
