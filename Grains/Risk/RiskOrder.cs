using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk;

/// <summary>An order as the rules see it.</summary>
/// <param name="Price">Null when none was given.</param>
internal sealed record RiskOrder(string Symbol, OrderSide Side, decimal Quantity, decimal? Price, OrderIntent Intent)
{
    /// <summary>1 for a buy, -1 for a sell.</summary>
    public int Sign => Side == OrderSide.Buy ? 1 : -1;
}

/// <summary>A position, or why it is not known.</summary>
/// <param name="Quantity">Above 0 long, below 0 short; null when it is not known.</param>
/// <param name="Code">Why it is not known, in the words of no-trades.</param>
internal readonly record struct KnownPosition(decimal? Quantity, string? Code)
{
    public static KnownPosition Of(decimal quantity) => new(quantity, null);

    public static KnownPosition Unknown(string code) => new(null, code);
}

/// <summary>An order that was granted lately.</summary>
/// <param name="Open">Granted, and neither reported nor timed out.</param>
/// <param name="Left">Units that may still be filled.</param>
internal sealed record RecentOrder(string Symbol, OrderSide Side, decimal Quantity, decimal Price, OrderIntent Intent, TimeSpan Age, bool Open, decimal Left);

/// <summary>Everything beyond the order and the limits that a rule may look at.</summary>
/// <param name="Position">Of the order's symbol.</param>
/// <param name="Recent">Of every symbol.</param>
/// <param name="RealisedToday">Profit and loss realised since the begin of the UTC day, in the bot's currency; null when it is not known.</param>
/// <param name="Mark">Last known trade in the order's symbol, or null when none is fresh.</param>
/// <param name="AllowedSymbols">Null means any.</param>
/// <param name="Live">True when real money is at stake.</param>
internal sealed record RiskFacts(
    KnownPosition Position,
    ImmutableArray<RecentOrder> Recent,
    decimal? RealisedToday,
    decimal? Mark,
    ImmutableSortedSet<string>? AllowedSymbols,
    bool Live)
{
    /// <summary>Units of open orders of this symbol and side that may still be filled; null beyond what can be counted.</summary>
    public decimal? Pending(string symbol, OrderSide side) =>
        Recent.Where(o => o.Open && o.Symbol == symbol && o.Side == side).Aggregate((decimal?)0, (sum, o) => Amounts.Plus(sum, o.Left));
}
