using System.Collections.Immutable;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>The audit log in PostgreSQL.</summary>
internal sealed class PostgresAuditStore(PostgresDatabase database) : IAuditStore
{
    private const string Columns =
        "sequence, at_ticks, by_name, by_role, trace_id, action, target, outcome, details, previous_hash, hash, mac";

    public Task<AuditEntry?> HeadAsync(CancellationToken cancellationToken) => database.ExecuteAsync(
        async (connection, token) =>
            (await connection.Statement($"SELECT {Columns} FROM audit_log ORDER BY sequence DESC LIMIT 1").ListAsync(Entry, token)).FirstOrDefault(),
        cancellationToken);

    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken) => database.ExecuteAsync(
        (connection, token) => connection.Statement($"INSERT INTO audit_log ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
            .With(entry.Sequence).With(entry.Fact.At.UtcTicks).With(entry.Fact.By.Name).With(entry.Fact.By.Role).With(entry.Fact.By.TraceId)
            .With(entry.Fact.Action).With(entry.Fact.Target).With(entry.Fact.Outcome).With(JsonSerializer.Serialize(entry.Fact.Details))
            .With(entry.PreviousHash).With(entry.Hash).With(entry.Mac).RunAsync(token),
        cancellationToken);

    public Task<Page<AuditEntry>> PageAsync(int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Audit, before);
        return database.ExecuteAsync(
            (connection, token) => connection.Statement($"SELECT {Columns} FROM audit_log WHERE sequence < $1 ORDER BY sequence DESC LIMIT $2")
                .With(cursor.Row).With(limit + 1L).PageAsync(PagedList.Audit, limit, Entry, row => new(0, row.GetInt64(0)), token),
            cancellationToken);
    }

    public Task<ImmutableArray<AuditEntry>> ReadForwardAsync(long fromSequence, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return database.ExecuteAsync(
            async (connection, token) =>
            {
                var entries = await connection.Statement($"SELECT {Columns} FROM audit_log WHERE sequence >= $1 ORDER BY sequence LIMIT $2")
                    .With(fromSequence).With((long)limit).ListAsync(Entry, token);
                return entries.ToImmutableArray();
            },
            cancellationToken);
    }

    private static AuditEntry Entry(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        new AuditFact(
            new DateTimeOffset(row.GetInt64(1), TimeSpan.Zero),
            new Caller(row.GetString(2), row.GetString(3), row.GetString(4)),
            row.GetString(5),
            row.GetString(6),
            row.GetString(7),
            JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(8))!.ToImmutableSortedDictionary()),
        row.GetString(9),
        row.GetString(10)) { Mac = row.TextOf(11) };
}
