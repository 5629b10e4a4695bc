using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Seals.Ledger;

/// <summary>A row under a MAC over its table, its bot, its key, its version and its content.</summary>
internal abstract class SealedRow : PageRow
{
    /// <summary>What each table has for it.</summary>
    public const string MacColumns = "bot_id, version, mac";

    /// <summary>The version of a row from before there were MACs. The database lets nobody write one.</summary>
    public const long Unsigned = 0;

    public string BotId { get; init; } = "";

    public long Version { get; set; }

    public string? Mac { get; set; }

    public abstract string Table { get; }

    /// <summary>What tells it apart from the other rows of its bot.</summary>
    public abstract string RowKey { get; }

    /// <summary>Every column that the database holds of it, but those of <see cref="MacColumns"/>.</summary>
    public abstract void Write(SealContent content);
}
