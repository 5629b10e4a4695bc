using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Silo.Storage.Seals.Ledger;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Risk;

/// <summary>A row of <c>position_ledger</c>.</summary>
internal sealed class PositionRow : SealedRow
{
    public static readonly ColumnList Columns = new(OrderColumns.PositionColumns + ", gone, " + SealedRow.MacColumns);

    private static readonly ColumnList s_changed = new(OrderColumns.PositionColumns + ", gone, version, mac");

    public static string Insert { get; } = $"INSERT INTO position_ledger ({Columns.Names}) VALUES ({Columns.Values})";

    public static string Update { get; } = $"UPDATE position_ledger SET {s_changed.Assignments} WHERE bot_id = @BotId AND symbol = @Symbol";

    public override string Table => "position_ledger";
    public override string RowKey => Symbol;
    public string Symbol { get; init; } = "";
    public Amount Settled { get; init; }
    public Instant? SettledAt { get; init; }
    public Amount? Reported { get; init; }
    public Instant? AsOf { get; init; }
    public Amount Drift { get; init; }
    public Amount Peak { get; init; }
    public Amount Aside { get; init; }
    public Instant? SettledTold { get; init; }
    public Instant? AsOfTold { get; init; }

    /// <summary>It was merged into another row, and counts no more.</summary>
    public bool Gone { get; init; }

    public static PositionRow Left(string botId, string symbol) => new() { BotId = botId, Symbol = symbol, Gone = true };

    public static PositionRow Of(string botId, PositionEntry entry) => new()
    {
        BotId = botId,
        Symbol = entry.Symbol,
        Settled = entry.Offset,
        SettledAt = entry.OffsetAt,
        Reported = entry.Reported,
        AsOf = entry.AsOf,
        Drift = entry.Drift,
        Peak = entry.Peak,
        Aside = entry.Aside,
        SettledTold = entry.OffsetReported,
        AsOfTold = entry.AsOfReported,
    };

    public PositionEntry Entry() => new(Symbol)
    {
        Offset = Settled,
        OffsetAt = SettledAt,
        Reported = Reported,
        AsOf = AsOf,
        Drift = Drift,
        Peak = Peak,
        Aside = Aside,
        OffsetReported = SettledTold,
        AsOfReported = AsOfTold,
    };

    public override void Write(SealContent content) => content
        .Add(Settled).Add(SettledAt).Add(Reported).Add(AsOf).Add(Drift).Add(Peak)
        .Add(Aside).Add(SettledTold).Add(AsOfTold).Add(Gone);
}
