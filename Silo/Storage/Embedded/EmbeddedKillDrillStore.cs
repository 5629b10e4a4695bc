using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Rehearsed kills in the embedded database.</summary>
internal sealed class EmbeddedKillDrillStore(EmbeddedDatabase database) : IKillDrillStore
{
    public Task AppendAsync(KillDrill drill, CancellationToken cancellationToken) => database.WriteAsync(
        WriteLane.Control,
        rows: 1,
        session => session.Prepare("INSERT INTO kill_drills (at, report) VALUES (?, ?)")
            .With(UnixMicroseconds.From(drill.At)).With(JsonSerializer.Serialize(drill)).Run(),
        cancellationToken);

    public Task<Page<KillDrill>> PageAsync(int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.KillDrills, before);
        return database.ReadAsync(
            session => PageQuery.Read(
                PagedList.KillDrills,
                limit,
                session.Prepare("SELECT id, at, report FROM kill_drills WHERE (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?")
                    .With(cursor.Time).With(cursor.Row).With(limit + 1L),
                row => JsonSerializer.Deserialize<KillDrill>(row.Text(2))!,
                row => new(row.Int64(1), row.Int64(0))),
            cancellationToken);
    }
}
