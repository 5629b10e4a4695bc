using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Risk;

/// <summary>The tables <c>checked_orders</c> and <c>position_ledger</c>. Methods throw when the store cannot be read or written.
/// Recorded trades fill their orders and move positions in their own transaction, as <see cref="OrderFilling"/> and <see cref="PositionEntries"/> say.</summary>
public interface IRiskStore
{
    /// <summary>Writes a granted order, open. When the task completes it is on disk.</summary>
    Task GrantAsync(string botId, GrantedOrder order, CancellationToken cancellationToken);

    /// <summary>Ends an order, or renews the time of an open one when <paramref name="status"/> is <see cref="OrderStatus.Open"/>.
    /// Null when there is no order of this id; else the order as it is then. One that has ended stays as it is. A revoked order gives its client id back.</summary>
    Task<GrantedOrder?> EndAsync(string botId, string orderId, string status, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The order of this client id, however old, or null.</summary>
    Task<GrantedOrder?> FindClientOrderAsync(string botId, string clientOrderId, CancellationToken cancellationToken);

    /// <summary>A bot's orders, newest first.</summary>
    /// <param name="openOnly">Only those whose end nobody has told of.</param>
    Task<Page<GrantedOrder>> ListAsync(string botId, bool openOnly, int limit, string? before, CancellationToken cancellationToken);

    /// <summary>Writes what the broker says of positions and orders, in one transaction.</summary>
    Task StateAsync(string botId, BrokerStatement statement, CancellationToken cancellationToken);

    /// <summary>Everything about a bot that its orders are evaluated by, at one moment of the store.</summary>
    /// <param name="symbolKeys">Whose last trade is asked for: as <see cref="SymbolNames.Keys"/> gives them.</param>
    /// <param name="ordersFrom">Settled orders that were granted from then on; unsettled ones come whatever their age.</param>
    /// <param name="day">Begin of the UTC day.</param>
    Task<RiskBook> ReadAsync(string botId, IReadOnlyCollection<string> symbolKeys, DateTimeOffset ordersFrom, DateTimeOffset day, CancellationToken cancellationToken);

    /// <summary>The newest price of each other bot, at most 20 of them, at which a trade filled an order granted to it in this symbol.</summary>
    /// <param name="symbolKeys">As <see cref="SymbolNames.Keys"/> gives them.</param>
    /// <param name="from">Trades that were received from then on.</param>
    Task<ImmutableArray<decimal>> OtherMarksAsync(string botId, IReadOnlyCollection<string> symbolKeys, DateTimeOffset from, CancellationToken cancellationToken);

    /// <summary>Removes settled orders that were granted before; returns how many went. Positions and unsettled orders stay.</summary>
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

    /// <summary>Over, by the broker's word or by the upgrade; what it filled is told by positions and trades.</summary>
    public const string Ended = "ended";
}

/// <summary>A granted order on disk.</summary>
/// <param name="Price">Null for an exit without one.</param>
/// <param name="Filled">Units that recorded trades have filled, never more than the quantity.</param>
public sealed record GrantedOrder(
    string OrderId,
    string Symbol,
    OrderSide Side,
    decimal Quantity,
    decimal? Price,
    OrderIntent Intent,
    long LeaseEpoch,
    DateTimeOffset GrantedAt,
    string Status,
    decimal Filled,
    string? TraceId)
{
    public string? ClientOrderId { get; init; }

    public decimal Multiplier { get; init; } = 1;

    public string? OcoGroup { get; init; }

    /// <summary>When the bot or the gateway last said that it is still working.</summary>
    public DateTimeOffset? RenewedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Null for an order that does not go through the gateway.</summary>
    public OrderPassage? Passage { get; init; }

    /// <summary>Units that neither a trade nor the gateway knows filled: of the two the larger counts, never their sum.</summary>
    public decimal Left => Math.Max(0, Quantity - Math.Max(Filled, Passage?.Seen ?? 0));

    /// <summary>Units that the gateway saw filled, beyond what trades tell of and exits have closed.</summary>
    public decimal Beyond => Math.Max(0, (Status == OrderStatus.Filled ? Quantity : Passage?.Seen ?? 0) - Math.Max(Filled, Passage?.Matched ?? 0));

    /// <summary>Units that were matched against fills of the other side before any trade told of them. A trade that tells of one side alone would
    /// make it look as if the other had not been.</summary>
    public decimal Unpaired => Math.Max(0, (Passage?.Matched ?? 0) - Filled);

    /// <summary>The order after a report of its end. One that has ended stays as it is.</summary>
    public GrantedOrder Ended(string status, DateTimeOffset at) => Status != OrderStatus.Open ? this
        : status == OrderStatus.Open ? this with { RenewedAt = at }
        : this with { Status = status, EndedAt = at, ClientOrderId = status == OrderStatus.Revoked ? null : ClientOrderId, Passage = Passage is null ? null : Passage with { DueAt = Passage.AwaitsFills ? Passage.DueAt : null } };

    /// <summary>True when nothing of it counts beyond its trades.</summary>
    public bool IsSettled => Status switch
    {
        OrderStatus.Open => false,
        _ => Beyond == 0,
    };
}

/// <summary>What the store knows of a bot for one check.</summary>
/// <param name="Trades">Recorded open trades, of every symbol.</param>
/// <param name="Positions">What was told of positions, of every symbol.</param>
/// <param name="LastTradeAt">Of any recorded trade in the symbol by its opening, with its price.</param>
/// <param name="RealisedToday">Profit and loss realised since the begin of the day, by currency.</param>
public sealed record RiskBook(
    ImmutableArray<GrantedOrder> Orders,
    ImmutableArray<LedgerTrade> Trades,
    ImmutableArray<PositionEntry> Positions,
    DateTimeOffset? LastTradeAt,
    decimal? LastTradePrice,
    ImmutableArray<RealisedPart> RealisedToday);

/// <summary>A recorded trade as the ledger needs it.</summary>
public sealed record LedgerTrade(
    string TradeId, string Symbol, OrderSide Side, decimal Quantity, decimal Price, decimal Multiplier, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt, string? OrderId, string? CloseOrderId)
{
    public decimal SignedUnits => Side == OrderSide.Buy ? Quantity : -Quantity;
}
