using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Silo.Storage.Sql;

namespace ControlPlane.Silo.Storage.Control.Risk;

/// <summary>A row of <c>position_ledger</c>.</summary>
internal sealed class PositionRow
{
    public static readonly ColumnList Columns = new(OrderColumns.PositionColumns);

    private static readonly ColumnList s_inserted = new(OrderColumns.PositionColumns + ", bot_id");

    public static string Upsert { get; } =
        $"INSERT INTO position_ledger ({s_inserted.Names}) VALUES ({s_inserted.Values}) ON CONFLICT (bot_id, symbol) DO UPDATE SET {Columns.Excluded}";

    public string BotId { get; init; } = "";
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
        SettledTold = entry.OffsetTold,
        AsOfTold = entry.AsOfTold,
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
        OffsetTold = SettledTold,
        AsOfTold = AsOfTold,
    };
}
