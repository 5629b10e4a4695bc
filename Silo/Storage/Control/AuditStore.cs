using System.Collections.Immutable;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control;

/// <summary>The audit log.</summary>
internal sealed class AuditStore(IControlDatabase database) : IAuditStore
{
    private static readonly ColumnList s_columns = new(
        "sequence, at_ticks, by_name, by_role, trace_id, action, target, outcome, details, previous_hash, hash, mac");

    public async Task<AuditEntry?> HeadAsync(CancellationToken cancellationToken) =>
        (await database.FirstAsync<Row>($"SELECT {s_columns.Names} FROM audit_log ORDER BY sequence DESC LIMIT 1", null, cancellationToken))?.Entry();

    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        database.RunAsync($"INSERT INTO audit_log ({s_columns.Names}) VALUES ({s_columns.Values})", Row.Of(entry), cancellationToken);

    public Task<Page<AuditEntry>> PageAsync(int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Audit, before);
        return database.PageAsync<Row, AuditEntry>(
            PagedList.Audit,
            limit,
            $"SELECT {s_columns.Names}, sequence AS row_id FROM audit_log WHERE sequence < @Before ORDER BY sequence DESC",
            new { Before = cursor.Row },
            row => row.Entry(),
            cancellationToken);
    }

    public async Task<ImmutableArray<AuditEntry>> ReadForwardAsync(long fromSequence, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var rows = await database.ListAsync<Row>(
            $"SELECT {s_columns.Names} FROM audit_log WHERE sequence >= @From ORDER BY sequence LIMIT @Limit", new { From = fromSequence, Limit = limit }, cancellationToken);
        return [.. rows.Select(row => row.Entry())];
    }

    // The hash and the MAC of an entry cover its instant to the tick, and its details as they were given.
    private sealed class Row : PageRow
    {
        public long Sequence { get; init; }
        public long AtTicks { get; init; }
        public string ByName { get; init; } = "";
        public string ByRole { get; init; } = "";
        public string TraceId { get; init; } = "";
        public string Action { get; init; } = "";
        public string Target { get; init; } = "";
        public string Outcome { get; init; } = "";
        public string Details { get; init; } = "";
        public string PreviousHash { get; init; } = "";
        public string Hash { get; init; } = "";
        public string? Mac { get; init; }

        public static Row Of(AuditEntry entry) => new()
        {
            Sequence = entry.Sequence,
            AtTicks = entry.Fact.At.UtcTicks,
            ByName = entry.Fact.By.Name,
            ByRole = entry.Fact.By.Role,
            TraceId = entry.Fact.By.TraceId,
            Action = entry.Fact.Action,
            Target = entry.Fact.Target,
            Outcome = entry.Fact.Outcome,
            Details = JsonSerializer.Serialize(entry.Fact.Details),
            PreviousHash = entry.PreviousHash,
            Hash = entry.Hash,
            Mac = entry.Mac,
        };

        public AuditEntry Entry() => new(
            Sequence,
            new AuditFact(
                new DateTimeOffset(AtTicks, TimeSpan.Zero),
                new Caller(ByName, ByRole, TraceId),
                Action,
                Target,
                Outcome,
                JsonSerializer.Deserialize<Dictionary<string, string>>(Details)!.ToImmutableSortedDictionary()),
            PreviousHash,
            Hash) { Mac = Mac };
    }
}
