using ControlPlane.Abstractions;
using ControlPlane.Grains;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>The history of verifies in the embedded database.</summary>
internal sealed class EmbeddedVerificationStore(EmbeddedDatabase database) : IVerificationStore
{
    public Task AppendAsync(VerificationRecord record, CancellationToken cancellationToken) => database.WriteAsync(
        WriteLane.Control,
        rows: 1,
        session => session.Prepare(
            "INSERT INTO integration_verifications (provider, at, status, http_status, latency_ms, error_code, trace_id, by_whom) " +
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .With(record.Provider).With(UnixMicroseconds.From(record.At)).With((long)record.Status).With(record.HttpStatus)
            .With(record.LatencyMs).With(record.ErrorCode).With(record.TraceId).With(record.By).Run(),
        cancellationToken);

    public Task<Page<VerificationRecord>> PageAsync(string provider, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Verifications, before);
        return database.ReadAsync(
            session => PageQuery.Read(
                PagedList.Verifications,
                limit,
                session.Prepare(
                    "SELECT id, at, provider, status, http_status, latency_ms, error_code, trace_id, by_whom FROM integration_verifications " +
                    "WHERE provider = ? AND (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?")
                    .With(provider).With(cursor.Time).With(cursor.Row).With(limit + 1L),
                Record,
                row => new(row.Int64(1), row.Int64(0))),
            cancellationToken);
    }

    private static VerificationRecord Record(Statement row) => new(
        row.Text(2),
        row.Instant(1),
        (VerifyStatus)row.Int32(3),
        row.NullableInt32(4),
        row.NullableInt32(5),
        row.NullableText(6),
        row.Text(7),
        row.Text(8));
}
