using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Ledger;

/// <summary>One symbol of one bot: what it holds, what it may come to hold, and how much an exit may close.
/// Exposure takes the worse outcome of every unsettled order; the room of exits takes the smaller of ledger and report.</summary>
internal sealed class SymbolLedger
{
    private readonly ImmutableArray<LedgerLot> _lots;
    private readonly ImmutableArray<LedgerOrder> _orders;
    private readonly PositionEntry _entry;
    private readonly Exact _beyond;

    /// <summary>Least and most of <see cref="Held"/>: a settlement may have seen the fills of an order that was granted just after its moment, by another clock.</summary>
    private readonly (Exact Low, Exact High) _held;

    /// <summary>Nothing is held and nothing is open.</summary>
    public static SymbolLedger Flat { get; } = new([], [], new PositionEntry(""), 0);

    public SymbolLedger(ImmutableArray<LedgerLot> lots, ImmutableArray<LedgerOrder> orders, PositionEntry entry, decimal tolerancePercent)
    {
        (_lots, _orders, _entry) = (lots, orders, entry);
        Exact trades = Sum(lots.Select(lot => lot.Side == OrderSide.Buy ? lot.Units : -lot.Units));
        Held = trades + entry.Offset + Sum(Fate(OrderFate.Filled).Select(order => order.Signed));
        Known = true;
        var (twiceBought, twiceSold) = PositionReading.Sides(Fate(OrderFate.Filled).Where(order => entry.OffsetAt is { } settled
            && order.GrantedAt > settled && order.GrantedAt <= settled + PositionReading.ClockSkew && order.GrantedAt <= entry.OffsetReported));
        _held = (Held - twiceBought, Held + twiceSold);
        var silent = Openings.Where(order => order.Fate == OrderFate.Silent).ToArray();
        var (longs, shorts) = (_held.High + Sum(silent.Where(IsBuy).Select(Units)), -_held.Low + Sum(silent.Where(IsSell).Select(Units)));
        if (entry.AsOf is { } asOf)
        {
            var reading = PositionReading.Of(trades, Held, orders, entry, asOf, tolerancePercent, twiceBought, twiceSold);
            Known = reading.Agrees;
            _beyond = reading.Beyond;

            // A report that has seen a working order filled confirms it.
            longs += Sum(Openings.Where(order => IsBuy(order) && order.Fate == OrderFate.Working && order.GrantedAt <= asOf + PositionReading.ClockSkew).Select(Units));
            shorts += Sum(Openings.Where(order => IsSell(order) && order.Fate == OrderFate.Working && order.GrantedAt <= asOf + PositionReading.ClockSkew).Select(Units));
            longs = Exact.Min(longs, reading.Highest + Sum(silent.Where(order => IsBuy(order) && order.GrantedAt > asOf + PositionReading.ClockSkew).Select(Units)));
            shorts = Exact.Min(shorts, -reading.Lowest + Sum(silent.Where(order => IsSell(order) && order.GrantedAt > asOf + PositionReading.ClockSkew).Select(Units)));
        }

        (RoomLong, RoomShort) = (longs.Positive(), shorts.Positive());
    }

    /// <summary>False when ledger and report contradict each other.</summary>
    public bool Known { get; }

    /// <summary>Signed units by trades, settlements and orders that were reported filled.</summary>
    public Exact Held { get; }

    /// <summary>Units that exits may close of a long position, those of exits that still work included.</summary>
    public Exact RoomLong { get; }

    public Exact RoomShort { get; }

    /// <summary>True when a position or an order may be there.</summary>
    public bool MayHold => !Known || !Held.IsZero || !_orders.IsEmpty || RoomLong.Sign > 0 || RoomShort.Sign > 0;

    private IEnumerable<LedgerOrder> Openings => _orders.Where(order => order.Intent == OrderIntent.Open && order.Fate != OrderFate.Filled);

    /// <summary>Exits on this side that still work, or of which nobody has told the end.</summary>
    public IEnumerable<LedgerOrder> Exits(OrderSide side) =>
        _orders.Where(order => order.Intent == OrderIntent.Reduce && order.Side == side && order.Fate != OrderFate.Filled);

    /// <summary>Unsettled orders on this side that count for exposure.</summary>
    public IEnumerable<LedgerOrder> Exposing(OrderSide side) => _orders.Where(order => order.Intent == OrderIntent.Open && order.Side == side);

    /// <summary>What exits on this side may still take; those of one group are alternatives and count as the largest of them.</summary>
    public static Exact Leaving(IEnumerable<(string? Group, Exact Left)> exits)
    {
        var all = exits.ToArray();
        return Sum(all.Where(o => o.Group is null).Select(o => o.Left))
            + Sum(all.Where(o => o.Group is not null).GroupBy(o => o.Group, StringComparer.Ordinal).Select(g => g.Max(o => o.Left)));
    }

    /// <summary>Largest units that may come to be held on a side. What is held on the other side lowers nothing: it may be left at any moment. Exits beyond what
    /// is left of their position would open one.</summary>
    public Exact Units(OrderSide side) => Resting(side) + Sum(Openings.Where(order => order.Side == side).Select(Units));

    /// <summary>Value of <see cref="Units(OrderSide)"/>: each unit at its own price or at <paramref name="worth"/>, whichever is more, and of what is
    /// held the dearest. Null when units have no price at all.</summary>
    public Exact? Value(OrderSide side, Exact? worth)
    {
        var value = Exact.Zero;
        foreach (var order in Openings.Where(order => order.Side == side)) value += order.Left * Dearer(order.Worth, worth)!.Value;
        var rest = Resting(side);
        if (rest.IsZero) return value;
        var known = _lots.Where(lot => lot.Side == side).Select(lot => (lot.Units, Worth: Dearer(lot.Worth, worth)!.Value))
            .Concat(Fate(OrderFate.Filled).Where(order => order.Side == side && order.Worth is not null).Select(order => (Units: order.Left, Worth: Dearer(order.Worth, worth)!.Value)))
            .OrderByDescending(lot => lot.Worth).ToArray();
        foreach (var lot in known)
        {
            var units = Exact.Min(rest, lot.Units);
            value += units * lot.Worth;
            rest -= units;
        }

        if (rest.IsZero) return value;
        return (worth ?? (known.Length > 0 ? known[0].Worth : Dearest(side))) is { } price ? value + (rest * price) : null;
    }

    /// <summary>Units on a side beside those of opening orders.</summary>
    private Exact Resting(OrderSide side)
    {
        var (held, beyond) = side == OrderSide.Buy ? (_held.High, _beyond) : (-_held.Low, -_beyond);
        return Exact.Max(held.Positive(), held + Leaving(Exits(side).Select(order => (order.OcoGroup, order.Left)))) + beyond.Positive();
    }

    /// <summary>For units whose own price nobody told. The price of an exit says what it would open at, and nothing of what is held.</summary>
    private Exact? Dearest(OrderSide side)
    {
        var held = side == OrderSide.Buy ? _held.High : -_held.Low;
        return _lots.Select(lot => (Exact?)lot.Worth).Concat(_orders.Where(order => order.Intent == OrderIntent.Open || held.Sign <= 0).Select(order => order.Worth)).Aggregate((Exact?)null, Dearer);
    }

    private IEnumerable<LedgerOrder> Fate(OrderFate fate) => _orders.Where(order => order.Fate == fate);

    private static bool IsBuy(LedgerOrder order) => order.Side == OrderSide.Buy;

    private static bool IsSell(LedgerOrder order) => order.Side == OrderSide.Sell;

    private static Exact Units(LedgerOrder order) => order.Left;

    private static Exact? Dearer(Exact? a, Exact? b) => a is { } x && b is { } y ? Exact.Max(x, y) : a ?? b;

    internal static Exact Sum(IEnumerable<Exact> units) => units.Aggregate(Exact.Zero, (sum, next) => sum + next);
}
