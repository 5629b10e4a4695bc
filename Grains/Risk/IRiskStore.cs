using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Losses;

namespace ControlPlane.Grains.Risk;

/// <summary>The tables <c>checked_orders</c> and <c>bot_positions</c>. Methods throw when the store cannot be read or written.
/// Recorded trades fill checked orders in their own transaction, as <see cref="OrderFilling"/> says.</summary>
public interface IRiskStore
{
    /// <summary>Writes a granted order, open. When the task completes it is on disk.</summary>
    Task GrantAsync(string botId, GrantedOrder order, CancellationToken cancellationToken);

    /// <summary>Ends an order. False when there is none of this id; one that has ended stays as it is.</summary>
    Task<bool> EndAsync(string botId, string orderId, string status, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Writes the position as the broker has it, with its difference from the recorded open trades at this moment.</summary>
    Task ReportPositionAsync(string botId, string symbol, decimal quantity, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Everything about a bot that its orders are judged by, at one moment of the store.</summary>
    /// <param name="ordersFrom">Orders that were granted from then on.</param>
    /// <param name="day">Begin of the UTC day.</param>
    Task<RiskBook> ReadAsync(string botId, string symbol, DateTimeOffset ordersFrom, DateTimeOffset day, CancellationToken cancellationToken);

    /// <summary>The newest price of each other bot, at most 20 of them, at which a trade filled an order granted to it in this symbol.</summary>
    /// <param name="from">Trades that were received from then on.</param>
    Task<ImmutableArray<decimal>> OtherMarksAsync(string botId, string symbol, DateTimeOffset from, CancellationToken cancellationToken);

    /// <summary>What the bot holds or may come to hold at most: its open trades and the rest of its opening orders without a known end, each at its own price, and
    /// what position reports differ from the trades, at the last trade's price. Null when a price is not known.</summary>
    Task<decimal?> GrossAsync(string botId, CancellationToken cancellationToken);

    /// <summary>Whether the bot holds a position in any symbol, by its trades and reports, or may hold one: an opening order without a known end may be filled.</summary>
    Task<bool> MayHoldAsync(string botId, CancellationToken cancellationToken);

    /// <summary>Removes orders that were granted before; returns how many went. Positions stay.</summary>
    Task<long> PurgeAsync(DateTimeOffset olderThan, CancellationToken cancellationToken);
}

/// <summary>Words of the column <c>status</c> of checked orders.</summary>
public static class OrderStatus
{
    public const string Open = "open";
    public const string Filled = "filled";
    public const string Canceled = "canceled";
    public const string Rejected = "rejected";

    /// <summary>Granted, and taken back before the answer: a kill or a fence came meanwhile.</summary>
    public const string Revoked = "revoked";
}

/// <summary>A granted order on disk.</summary>
/// <param name="Filled">Units that recorded trades have filled.</param>
public sealed record GrantedOrder(
    string OrderId,
    string Symbol,
    OrderSide Side,
    decimal Quantity,
    decimal Price,
    OrderIntent Intent,
    long LeaseEpoch,
    DateTimeOffset GrantedAt,
    string Status,
    decimal Filled,
    string? TraceId);

/// <summary>What the store knows of a bot for one check.</summary>
/// <param name="Ledger">Signed units of the recorded open trades in the symbol.</param>
/// <param name="Report">The last report of the position in the symbol, or null.</param>
/// <param name="LastTradeAt">Of any recorded trade in the symbol by its opening, with its price.</param>
/// <param name="RealisedToday">Profit and loss realised since the begin of the day, by currency.</param>
public sealed record RiskBook(
    ImmutableArray<GrantedOrder> Orders,
    decimal Ledger,
    PositionReport? Report,
    DateTimeOffset? LastTradeAt,
    decimal? LastTradePrice,
    ImmutableArray<RealisedPart> RealisedToday);

/// <summary>A reported position.</summary>
/// <param name="Drift">By how much the report differed from the recorded open trades when it was written.</param>
public sealed record PositionReport(decimal Quantity, decimal Drift, DateTimeOffset At);
