using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>Rehearsed kills in PostgreSQL.</summary>
internal sealed class PostgresKillDrillStore(PostgresDatabase database) : IKillDrillStore
{
    public Task AppendAsync(KillDrill drill, CancellationToken cancellationToken) => database.ExecuteAsync(
        (connection, token) => connection.Statement("INSERT INTO kill_drills (at, report) VALUES ($1, $2)")
            .With(PostgresStatement.Instant(drill.At)).With(JsonSerializer.Serialize(drill)).RunAsync(token),
        cancellationToken);

    public Task<Page<KillDrill>> PageAsync(int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.KillDrills, before);
        return database.ExecuteAsync(
            (connection, token) => connection.Statement("SELECT id, at, report FROM kill_drills WHERE (at, id) < ($1, $2) ORDER BY at DESC, id DESC LIMIT $3")
                .With(PostgresStatement.Instant(cursor.Time)).With(cursor.Row).With(limit + 1L)
                .PageAsync(PagedList.KillDrills, limit, row => JsonSerializer.Deserialize<KillDrill>(row.GetString(2))!, row => new(row.MicrosecondsOf(1), row.GetInt64(0)), token),
            cancellationToken);
    }
}
