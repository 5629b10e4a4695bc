using ControlPlane.Silo.Storage.Embedded;

namespace ControlPlane.Silo.Storage.Sql;

/// <summary>What a write needs to know of its transaction.</summary>
/// <param name="Lane">Which queue of SQLite's writer it waits in.</param>
/// <param name="Rows">Roughly how many rows it writes.</param>
/// <param name="Lock">Held by one transaction of PostgreSQL at a time, whichever host writes. SQLite's writer is alone in any case.</param>
internal readonly record struct WriteScope(WriteLane Lane, int Rows, string? Lock = null)
{
    public static WriteScope Control(int rows = 1) => new(WriteLane.Control, rows);

    public static WriteScope Bulk(int rows) => new(WriteLane.Bulk, rows);

    /// <summary>One write a bot at a time.</summary>
    public WriteScope Of(string botId) => this with { Lock = "bot/" + botId };
}
