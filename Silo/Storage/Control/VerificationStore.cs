using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control;

/// <summary>The history of verifies.</summary>
internal sealed class VerificationStore(IControlDatabase database) : IVerificationStore
{
    private static readonly ColumnList s_columns = new("provider, at, status, http_status, latency_ms, error_code, trace_id, by_whom");

    public Task AppendAsync(VerificationRecord record, CancellationToken cancellationToken) => database.RunAsync(
        $"INSERT INTO integration_verifications ({s_columns.Names}) VALUES ({s_columns.Values})",
        new Row
        {
            Provider = record.Provider,
            At = record.At,
            Status = (int)record.Status,
            HttpStatus = record.HttpStatus,
            LatencyMs = record.LatencyMs,
            ErrorCode = record.ErrorCode,
            TraceId = record.TraceId,
            ByWhom = record.By,
        },
        cancellationToken);

    public Task<Page<VerificationRecord>> PageAsync(string provider, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Verifications, before);
        return database.PageAsync<Row, VerificationRecord>(
            PagedList.Verifications,
            limit,
            $"SELECT {s_columns.Names}, id AS row_id, at AS row_at FROM integration_verifications " +
            "WHERE provider = @Provider AND (at, id) < (@Time, @Row) ORDER BY at DESC, id DESC",
            new { Provider = provider, Time = new Instant(cursor.Time), cursor.Row },
            row => new(row.Provider, row.At, (VerifyStatus)row.Status, row.HttpStatus, row.LatencyMs, row.ErrorCode, row.TraceId, row.ByWhom),
            cancellationToken);
    }

    private sealed class Row : PageRow
    {
        public string Provider { get; init; } = "";
        public Instant At { get; init; }
        public int Status { get; init; }
        public int? HttpStatus { get; init; }
        public int? LatencyMs { get; init; }
        public string? ErrorCode { get; init; }
        public string TraceId { get; init; } = "";
        public string ByWhom { get; init; } = "";
    }
}
