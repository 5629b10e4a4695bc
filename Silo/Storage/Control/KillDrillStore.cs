using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control;

/// <summary>Rehearsed kills.</summary>
internal sealed class KillDrillStore(IControlDatabase database) : IKillDrillStore
{
    public Task AppendAsync(KillDrill drill, CancellationToken cancellationToken) => database.RunAsync(
        "INSERT INTO kill_drills (at, report) VALUES (@At, @Report)", new { At = (Instant)drill.At, Report = JsonSerializer.Serialize(drill) }, cancellationToken);

    public Task<Page<KillDrill>> PageAsync(int limit, string? before, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var cursor = PageCursor.Parse(PagedList.KillDrills, before);
        return database.PageAsync<Row, KillDrill>(
            PagedList.KillDrills,
            limit,
            "SELECT id AS row_id, at AS row_at, report FROM kill_drills WHERE (at, id) < (@Time, @Row) ORDER BY at DESC, id DESC",
            new { Time = new Instant(cursor.Time), cursor.Row },
            row => JsonSerializer.Deserialize<KillDrill>(row.Report)!,
            cancellationToken);
    }

    private sealed class Row : PageRow
    {
        public string Report { get; init; } = "";
    }
}
