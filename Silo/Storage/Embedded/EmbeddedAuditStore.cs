using System.Collections.Immutable;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>The audit log in the embedded database.</summary>
internal sealed class EmbeddedAuditStore(EmbeddedDatabase database) : IAuditStore
{
    private const string Columns =
        "sequence, at_ticks, by_name, by_role, trace_id, action, target, outcome, details, previous_hash, hash, mac";

    public Task<AuditEntry?> HeadAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var row = session.Prepare($"SELECT {Columns} FROM audit_log ORDER BY sequence DESC LIMIT 1");
            var head = row.Read() ? Entry(row) : null;
            row.Reset();
            return head;
        },
        cancellationToken);

    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken) => database.WriteAsync(
        WriteLane.Control,
        rows: 1,
        session => session.Prepare($"INSERT INTO audit_log ({Columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .With(entry.Sequence).With(entry.Fact.At.UtcTicks).With(entry.Fact.By.Name).With(entry.Fact.By.Role).With(entry.Fact.By.TraceId)
            .With(entry.Fact.Action).With(entry.Fact.Target).With(entry.Fact.Outcome).With(JsonSerializer.Serialize(entry.Fact.Details))
            .With(entry.PreviousHash).With(entry.Hash).With(entry.Mac).Run(),
        cancellationToken);

    public Task<Page<AuditEntry>> PageAsync(int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Audit, before);
        return database.ReadAsync(
            session => PageQuery.Read(
                PagedList.Audit,
                limit,
                session.Prepare($"SELECT {Columns} FROM audit_log WHERE sequence < ? ORDER BY sequence DESC LIMIT ?")
                    .With(cursor.Row).With(limit + 1L),
                Entry,
                row => new(0, row.Int64(0))),
            cancellationToken);
    }

    public Task<ImmutableArray<AuditEntry>> ReadForwardAsync(long fromSequence, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return database.ReadAsync(
            session =>
            {
                var rows = session.Prepare($"SELECT {Columns} FROM audit_log WHERE sequence >= ? ORDER BY sequence LIMIT ?")
                    .With(fromSequence).With(limit);
                var entries = ImmutableArray.CreateBuilder<AuditEntry>();
                while (rows.Read())
                {
                    entries.Add(Entry(rows));
                }

                return entries.ToImmutable();
            },
            cancellationToken);
    }

    private static AuditEntry Entry(Statement row) => new(
        row.Int64(0),
        new AuditFact(
            new DateTimeOffset(row.Int64(1), TimeSpan.Zero),
            new Caller(row.Text(2), row.Text(3), row.Text(4)),
            row.Text(5),
            row.Text(6),
            row.Text(7),
            Details(row.Text(8))),
        row.Text(9),
        row.Text(10)) { Mac = row.NullableText(11) };

    private static ImmutableSortedDictionary<string, string> Details(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(json)!.ToImmutableSortedDictionary();
}
