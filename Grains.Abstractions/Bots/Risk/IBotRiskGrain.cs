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

    /// <summary>Tells how a granted order ended. Recorded trades end their orders by themselves.</summary>
    [AlwaysInterleave, Alias("ReportOrder")]
    Task<RiskReport> ReportOrder(string orderId, OrderEnd end);

    /// <summary>Tells the whole position in a symbol as the broker has it: above 0 long, below 0 short. It holds against the recorded trades
    /// for a time (<c>ControlPlane:Risk:PositionSeconds</c>); when the two agree it holds on.</summary>
    [AlwaysInterleave, Alias("ReportPosition")]
    Task<RiskReport> ReportPosition(string symbol, decimal quantity);

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
}

/// <summary>How a granted order ended.</summary>
public enum OrderEnd
{
    Filled = 0,
    Canceled = 1,
    Rejected = 2,
}

/// <summary>An order before it is sent.</summary>
/// <param name="Quantity">Units of the instrument, above 0.</param>
/// <param name="Price">Price of one unit in the account's currency, above 0; for a market order the worst price that is accepted. Null is refused.</param>
/// <param name="Epoch">Epoch of the runner's lease. Null takes the bot's live lease as it is, and is refused for LIVE.</param>
[GenerateSerializer, Immutable, Alias("cp.OrderCheck")]
public sealed record OrderCheck(
    [property: Id(0)] string Symbol,
    [property: Id(1)] OrderSide Side,
    [property: Id(2)] decimal Quantity,
    [property: Id(3)] decimal? Price,
    [property: Id(4)] OrderIntent Intent,
    [property: Id(5)] long? Epoch,
    [property: Id(6)] string? TraceId);

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
    [property: Id(4)] string Message);

/// <summary>Whether a report to the risk engine was taken. <paramref name="Code"/> is null when it is on record.</summary>
[GenerateSerializer, Immutable, Alias("cp.RiskReport")]
public sealed record RiskReport([property: Id(0)] string? Code, [property: Id(1)] string? Message);
