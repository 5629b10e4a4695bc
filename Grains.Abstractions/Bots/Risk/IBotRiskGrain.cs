using System.Collections.Immutable;
using Orleans.Concurrency;

namespace ControlPlane.Abstractions;

/// <summary>The risk engine in front of every order of a bot: the part of <see cref="IBotGrain"/> that may refuse one. The key is the bot's id.</summary>
[Alias("cp.IBotRiskGrain")]
public interface IBotRiskGrain : IGrainWithStringKey
{
    /// <summary>May this order be sent? A granted order is on disk when the answer comes, and counts as open until it is reported or times out.
    /// A refusal is recorded as a no-trade by itself. Whatever could not be read refuses.</summary>
    [AlwaysInterleave, Alias("CheckOrder")]
    Task<OrderAnswer> CheckOrder(OrderCheck order);

    /// <summary>Tells what became of a granted order. <see cref="OrderEnd.Open"/> renews its time. Recorded trades end their orders by themselves.</summary>
    [AlwaysInterleave, Alias("ReportOrder")]
    Task<RiskReport> ReportOrder(string orderId, OrderEnd end);

    /// <summary>Tells the whole position in a symbol as the broker has it: above 0 long, below 0 short.</summary>
    /// <param name="report">A report of an older moment than the last one changes nothing.</param>
    [AlwaysInterleave, Alias("ReportPositionAsOf")]
    Task<RiskReport> ReportPosition(PositionReport report);

    /// <summary>Tells everything that the broker has of this bot. Orders that were granted before and are not named are over; symbols that are not named are flat.</summary>
    [AlwaysInterleave, Alias("ReportAccount")]
    Task<AccountReceipt> ReportAccount(AccountReport account);

    /// <summary>The bot's orders, newest first.</summary>
    /// <param name="openOnly">Only those without a reported end.</param>
    [AlwaysInterleave, Alias("GetOrders")]
    Task<TracePage<OrderView>> GetOrders(bool openOnly, int limit, string? before);

    /// <summary>Tells the last trade of the market in a symbol, for the price collar. Kept in memory, for
    /// <c>ControlPlane:Risk:MarkSeconds</c> from now on.</summary>
    [AlwaysInterleave, Alias("ReportMark")]
    Task<RiskReport> ReportMark(string symbol, decimal price);
}

/// <summary>What an order is for.</summary>
public enum OrderIntent
{
    /// <summary>May open or enlarge a position.</summary>
    Open = 0,

    /// <summary>Makes a known position smaller, and never turns it around.</summary>
    Reduce = 1,

    /// <summary>Takes an order back. Nothing is granted and nothing counts: it needs the runner's lease alone.</summary>
    Cancel = 2,
}

/// <summary>What became of a granted order.</summary>
public enum OrderEnd
{
    Filled = 0,
    Canceled = 1,
    Rejected = 2,

    /// <summary>It still works.</summary>
    Open = 3,
}

/// <summary>A position as the broker has it.</summary>
/// <param name="AsOf">The moment that it describes; null for the moment of receipt.</param>
/// <param name="Settles">Set by an operator: the ledger takes the quantity over.</param>
[GenerateSerializer, Immutable, Alias("cp.PositionReport")]
public sealed record PositionReport(
    [property: Id(0)] string Symbol,
    [property: Id(1)] decimal Quantity,
    [property: Id(2)] DateTimeOffset? AsOf = null,
    [property: Id(3)] bool Settles = false,
    [property: Id(4)] string? Reason = null,
    [property: Id(5)] Caller? By = null);

/// <summary>The broker's whole state.</summary>
/// <param name="OpenOrders">Ids of orders, ours or the bot's own, that still work.</param>
[GenerateSerializer, Immutable, Alias("cp.AccountReport")]
public sealed record AccountReport(
    [property: Id(0)] DateTimeOffset AsOf,
    [property: Id(1)] ImmutableArray<HeldPosition> Positions,
    [property: Id(2)] ImmutableArray<string> OpenOrders);

/// <summary>A position at the broker.</summary>
[GenerateSerializer, Immutable, Alias("cp.HeldPosition")]
public sealed record HeldPosition([property: Id(0)] string Symbol, [property: Id(1)] decimal Quantity);

/// <summary>What became of an account's report.</summary>
/// <param name="Code">Null when it is on record.</param>
/// <param name="EndedOrders">Orders that are over.</param>
/// <param name="Contradictions">Symbols whose position is unknown from now on.</param>
[GenerateSerializer, Immutable, Alias("cp.AccountReceipt")]
public sealed record AccountReceipt(
    [property: Id(0)] string? Code,
    [property: Id(1)] string? Message,
    [property: Id(2)] ImmutableArray<string> EndedOrders,
    [property: Id(3)] ImmutableArray<string> Contradictions);

/// <summary>A granted order as it is now.</summary>
/// <param name="Left">Units that no trade has filled.</param>
/// <param name="Status">open, unknown (not reported in time), filled, canceled, rejected, revoked or ended.</param>
[GenerateSerializer, Immutable, Alias("cp.OrderView")]
public sealed record OrderView(
    [property: Id(0)] string OrderId,
    [property: Id(1)] string? ClientOrderId,
    [property: Id(2)] string Symbol,
    [property: Id(3)] OrderSide Side,
    [property: Id(4)] decimal Quantity,
    [property: Id(5)] decimal Left,
    [property: Id(6)] decimal? Price,
    [property: Id(7)] OrderIntent Intent,
    [property: Id(8)] string? OcoGroup,
    [property: Id(9)] string Status,
    [property: Id(10)] DateTimeOffset GrantedAt,
    [property: Id(11)] decimal Multiplier = 1)
{
    /// <summary>The provider that it went to through the gateway; null for any other order.</summary>
    [Id(12)] public string? Provider { get; init; }
}

/// <summary>An order before it is sent.</summary>
/// <param name="Quantity">Units of the instrument, above 0.</param>
/// <param name="Price">Price of one unit in the account's currency, for a market order the worst that is accepted; it may be negative. An exit needs none.</param>
/// <param name="Epoch">Epoch of the runner's lease. Null is refused.</param>
/// <param name="ClientOrderId">The bot's own id: the same order asked for again under it is the same grant.</param>
/// <param name="Multiplier">Units of the underlying in one unit of the order.</param>
/// <param name="OcoGroup">Exits of one group are alternatives: the largest of them counts.</param>
[GenerateSerializer, Immutable, Alias("cp.OrderCheck")]
public sealed record OrderCheck(
    [property: Id(0)] string Symbol,
    [property: Id(1)] OrderSide Side,
    [property: Id(2)] decimal Quantity,
    [property: Id(3)] decimal? Price,
    [property: Id(4)] OrderIntent Intent,
    [property: Id(5)] long? Epoch,
    [property: Id(6)] string? TraceId,
    [property: Id(7)] string? ClientOrderId = null,
    [property: Id(8)] decimal Multiplier = 1,
    [property: Id(9)] string? OcoGroup = null)
{
    /// <summary>Set for an order that goes through the gateway.</summary>
    [Id(10)] public GatewayGrant? Gateway { get; init; }
}

/// <summary>May the order be sent?</summary>
[GenerateSerializer, Immutable, Alias("cp.OrderAnswer")]
public sealed record OrderAnswer
{
    [Id(0)] public bool Allowed { get; init; }

    /// <summary>Every rule that the order breaks; empty when it is allowed.</summary>
    [Id(1)] public ImmutableArray<OrderRefusal> Refusals { get; init; } = [];
    [Id(2)] public TradingState TradingState { get; init; }
    [Id(3)] public GatePosition Gate { get; init; }

    /// <summary>Id of the granted order, to be given with its trade or report.</summary>
    [Id(4)] public string? OrderId { get; init; }

    /// <summary>Id of the no-trade that records the refusal.</summary>
    [Id(5)] public string? NoTradeId { get; init; }

    /// <summary><see cref="Codes.UnknownBot"/> when there is no such bot.</summary>
    [Id(6)] public string? Code { get; init; }

    /// <summary>For a granted opening order, whether a price of its symbol is known that does not come from this bot; null otherwise.</summary>
    [Id(7)] public bool? IndependentMark { get; init; }
}

/// <summary>A rule that an order breaks.</summary>
/// <param name="Code">A code of <see cref="Codes"/> or of <see cref="NoTradeCodes"/>.</param>
/// <param name="Limit">The rule's value; null when it is no number.</param>
/// <param name="Actual">What the order would have made of it; null when that is not known, or beyond what can be counted.</param>
[GenerateSerializer, Immutable, Alias("cp.OrderRefusal")]
public sealed record OrderRefusal(
    [property: Id(0)] string Code,
    [property: Id(1)] string Rule,
    [property: Id(2)] decimal? Limit,
    [property: Id(3)] decimal? Actual,
    [property: Id(4)] string Message)
{
    /// <summary>Orders that use up the limit: report, cancel or settle them.</summary>
    [Id(5)] public ImmutableArray<string> OrderIds { get; init; } = [];
}

/// <summary>Whether a report to the risk engine was taken. <paramref name="Code"/> is null when it is on record.</summary>
[GenerateSerializer, Immutable, Alias("cp.RiskReport")]
public sealed record RiskReport([property: Id(0)] string? Code, [property: Id(1)] string? Message);

/// <summary>The older form of a position's report.</summary>
public static class BotRiskCalls
{
    public static Task<RiskReport> ReportPosition(this IBotRiskGrain bot, string symbol, decimal quantity) => bot.ReportPosition(new PositionReport(symbol, quantity));
}
