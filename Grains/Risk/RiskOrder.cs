using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Ledger;

namespace ControlPlane.Grains.Risk;

/// <summary>An order as the rules see it.</summary>
/// <param name="Symbol">Canonical.</param>
/// <param name="Price">Null when none was given.</param>
internal sealed record RiskOrder(string Symbol, OrderSide Side, decimal Quantity, decimal? Price, OrderIntent Intent)
{
    /// <summary>The largest of what the order, the registration and the catalogue say.</summary>
    public decimal Multiplier { get; init; } = 1;

    public string? OcoGroup { get; init; }
}

/// <summary>An order that was granted lately.</summary>
/// <param name="Open">Granted, and neither reported nor timed out.</param>
internal sealed record RecentOrder(string OrderId, string Symbol, OrderSide Side, decimal Quantity, decimal? Price, OrderIntent Intent, TimeSpan Age, bool Open);

/// <summary>Everything beyond the order and the limits that a rule may look at.</summary>
/// <param name="Ledger">Of the order's symbol.</param>
/// <param name="Recent">Of every symbol.</param>
/// <param name="RealisedToday">Profit and loss realised since the begin of the UTC day, in the bot's currency; null when it is not known.</param>
/// <param name="Mark">Last known trade in the order's symbol, or null when none is fresh.</param>
/// <param name="AllowedSymbols">Canonical; null means any.</param>
/// <param name="Live">True when real money is at stake.</param>
internal sealed record RiskFacts(
    SymbolLedger Ledger,
    ImmutableArray<RecentOrder> Recent,
    decimal? RealisedToday,
    decimal? Mark,
    ImmutableSortedSet<string>? AllowedSymbols,
    bool Live)
{
    /// <summary>Value that positions and orders in the other symbols may come to; null when one of them has no price.</summary>
    public Exact? OtherGross { get; init; } = Exact.Zero;

    /// <summary>Value of one unit: the order's price or the mark, whichever is further from 0, times the multiplier. Null without both.</summary>
    public Exact? Worth(RiskOrder order)
    {
        if (order.Price is not { } price) return Mark is { } alone ? ((Exact)alone).Abs() * order.Multiplier : null;
        var worth = ((Exact)price).Abs();
        return (Mark is { } mark ? Exact.Max(worth, ((Exact)mark).Abs()) : worth) * order.Multiplier;
    }
}
