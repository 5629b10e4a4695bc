using ControlPlane.Abstractions;
using ControlPlane.Grains;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>The history of verifies in PostgreSQL.</summary>
internal sealed class PostgresVerificationStore(PostgresDatabase database) : IVerificationStore
{
    public Task AppendAsync(VerificationRecord record, CancellationToken cancellationToken) => database.ExecuteAsync(
        (connection, token) => connection.Statement(
            "INSERT INTO integration_verifications (provider, at, status, http_status, latency_ms, error_code, trace_id, by_whom) " +
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
            .With(record.Provider).With(PostgresStatement.Instant(record.At)).With((short)record.Status).With(record.HttpStatus)
            .With(record.LatencyMs).With(record.ErrorCode).With(record.TraceId).With(record.By).RunAsync(token),
        cancellationToken);

    public Task<Page<VerificationRecord>> PageAsync(string provider, int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.Verifications, before);
        return database.ExecuteAsync(
            (connection, token) => connection.Statement(
                "SELECT id, at, provider, status, http_status, latency_ms, error_code, trace_id, by_whom FROM integration_verifications " +
                "WHERE provider = $1 AND (at, id) < ($2, $3) ORDER BY at DESC, id DESC LIMIT $4")
                .With(provider).With(PostgresStatement.Instant(cursor.Time)).With(cursor.Row).With(limit + 1L)
                .PageAsync(PagedList.Verifications, limit, Record, row => new(row.MicrosecondsOf(1), row.GetInt64(0)), token),
            cancellationToken);
    }

    private static VerificationRecord Record(NpgsqlDataReader row) => new(
        row.GetString(2),
        row.InstantOf(1),
        (VerifyStatus)row.GetInt16(3),
        row.NumberOf(4),
        row.NumberOf(5),
        row.TextOf(6),
        row.GetString(7),
        row.GetString(8));
}
