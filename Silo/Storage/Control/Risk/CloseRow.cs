using ControlPlane.Grains.Risk.Seen;
using ControlPlane.Silo.Storage.Seals.Ledger;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Risk;

/// <summary>A row of <c>seen_closes</c>.</summary>
internal sealed class CloseRow : SealedRow
{
    public static readonly ColumnList Columns = new($"close_id, exit_order_id, entry_order_id, units, pnl, currency, at, {MacColumns}");

    public static string Insert { get; } = $"INSERT INTO seen_closes ({Columns.Names}) VALUES ({Columns.Values})";

    public override string Table => "seen_closes";
    public override string RowKey => CloseId;

    /// <summary>A copy of the row would count twice: no two of a bot have the same.</summary>
    public string CloseId { get; init; } = "";
    public string ExitOrderId { get; init; } = "";
    public string EntryOrderId { get; init; } = "";
    public Amount Units { get; init; }
    public Amount Pnl { get; init; }
    public string? Currency { get; init; }
    public Instant At { get; init; }

    public static CloseRow Of(string botId, SeenClose close) => new()
    {
        BotId = botId,
        CloseId = Guid.CreateVersion7().ToString("N"),
        ExitOrderId = close.ExitOrderId,
        EntryOrderId = close.EntryOrderId,
        Units = close.Units,
        Pnl = close.Pnl,
        Currency = close.Currency,
        At = close.At,
    };

    public override void Write(SealContent content) => content
        .Add(ExitOrderId).Add(EntryOrderId).Add(Units).Add(Pnl).Add(Currency).Add(At);
}
