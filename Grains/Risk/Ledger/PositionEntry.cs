using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Risk.Ledger;

/// <summary>What was told of a bot's position in one symbol, beside its trades.</summary>
/// <param name="Symbol">Canonical.</param>
public sealed record PositionEntry(string Symbol)
{
    /// <summary>Units that the ledger holds beyond the recorded trades: settled by an operator or the broker's own word.</summary>
    public decimal Offset { get; init; }

    /// <summary>The moment of which <see cref="Offset"/> speaks; trades before it that come later are in it already.</summary>
    public DateTimeOffset? OffsetAt { get; init; }

    /// <summary>When that was told. What a trade grows by, whose order still worked then, came after it.</summary>
    public DateTimeOffset? OffsetReported { get; init; }

    /// <summary>The last report, and the moment of which it speaks; null without one.</summary>
    public decimal? Reported { get; init; }

    public DateTimeOffset? AsOf { get; init; }

    /// <summary>When the last report was told.</summary>
    public DateTimeOffset? AsOfReported { get; init; }

    /// <summary>The report less the recorded trades up to its moment. Trades after that moment move both alike.</summary>
    public decimal Drift { get; init; }

    /// <summary>Largest quantity held since the position was last flat.</summary>
    public decimal Peak { get; init; }

    /// <summary>Units at the broker that were there before the bot's first order and are not its own.</summary>
    public decimal Aside { get; init; }
}

/// <summary>What the broker says, to be written at once.</summary>
/// <param name="AsOf">The moment of which it speaks.</param>
/// <param name="Positions">Canonical symbol and quantity.</param>
/// <param name="EndedOrders">Orders that are over.</param>
/// <param name="RenewedOrders">Orders that still work.</param>
public sealed record BrokerStatement(
    DateTimeOffset AsOf,
    DateTimeOffset At,
    IReadOnlyList<StatedPosition> Positions,
    decimal TolerancePercent,
    IReadOnlyList<string> EndedOrders,
    IReadOnlyList<string> RenewedOrders,
    SymbolNames Names);

/// <summary>A position as it was stated.</summary>
/// <param name="Kind">What becomes of the quantity.</param>
public sealed record StatedPosition(string Symbol, decimal Quantity, StatementKind Kind);

/// <summary>What becomes of a stated quantity.</summary>
public enum StatementKind
{
    /// <summary>It is held against the ledger.</summary>
    Report = 0,

    /// <summary>The ledger takes it over.</summary>
    Settle = 1,

    /// <summary>It is not the bot's own.</summary>
    SetAside = 2,
}
