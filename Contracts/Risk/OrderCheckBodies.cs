using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>An order before it is sent.</summary>
public sealed record OrderCheckRequest
{
    public string? Symbol { get; init; }

    /// <summary><c>buy</c> or <c>sell</c>.</summary>
    public string? Side { get; init; }

    /// <summary>Units of the instrument, above 0.</summary>
    [JsonConverter(typeof(ExactNumberConverter))]
    public decimal? Quantity { get; init; }

    /// <summary>Price of one unit in the bot's currency, for a market order the worst that is accepted; it may be negative. An exit needs none.</summary>
    [JsonConverter(typeof(ExactNumberConverter))]
    public decimal? Price { get; init; }

    /// <summary><c>open</c> (default), <c>reduce</c>, or <c>cancel</c>, which needs <c>epoch</c> alone.</summary>
    public string? Intent { get; init; }

    /// <summary>Epoch of the runner's lease.</summary>
    public long? Epoch { get; init; }

    /// <summary>The bot's own id. The same order under it again is the same grant.</summary>
    public string? ClientOrderId { get; init; }

    /// <summary>Units of the underlying in one unit (ES: 50). The largest of this and the registration's counts. 1 when absent.</summary>
    [JsonConverter(typeof(ExactNumberConverter))]
    public decimal? Multiplier { get; init; }

    /// <summary>Exits of one group are alternatives: the largest of them counts.</summary>
    public string? OcoGroup { get; init; }
    public string? TraceId { get; init; }
}

/// <summary>May this order be sent? A refusal has been recorded as a no-trade.</summary>
public sealed record OrderCheckAnswer(
    bool Allowed,
    IReadOnlyList<OrderRefusalRow> Reasons,
    TradingState TradingState,
    long GateEpoch,
    long GateVersion,
    string? NoTradeId,
    string TraceId)
{
    /// <summary>Id of the granted order, to be given with its trade or report.</summary>
    public string? OrderId { get; init; }

    /// <summary>For a granted opening order: whether a price of its symbol is known that does not come from this bot. LIVE refuses without one.</summary>
    public bool? IndependentMark { get; init; }
}

/// <summary>A rule that the order breaks.</summary>
/// <param name="Code">A code of the contract or of the no-trades, for example RISK_LIMIT.</param>
/// <param name="Rule">Name of the limit.</param>
/// <param name="Limit">Its value; null when the rule is no number.</param>
/// <param name="Actual">What the order would have made of it; null when it is not known.</param>
public sealed record OrderRefusalRow(string Code, string Rule, decimal? Limit, decimal? Actual, string Message)
{
    /// <summary>Orders that use up the limit: report, cancel or settle them.</summary>
    public IReadOnlyList<string> OrderIds { get; init; } = [];
}

/// <summary>What became of a granted order.</summary>
public sealed record OrderReportRequest
{
    /// <summary><c>open</c>, <c>filled</c>, <c>canceled</c> or <c>rejected</c>.</summary>
    public string? Status { get; init; }
}

/// <summary>A granted order as it is now.</summary>
/// <param name="Left">Units that no trade has filled.</param>
/// <param name="Status">open, unknown (not reported in time), filled, canceled, rejected, revoked or ended.</param>
public sealed record OrderRow(
    string OrderId,
    string? ClientOrderId,
    string Symbol,
    string Side,
    decimal Quantity,
    decimal Left,
    decimal? Price,
    string Intent,
    string? OcoGroup,
    string? Provider,
    string Status,
    DateTimeOffset GrantedAt,
    decimal Multiplier);

/// <summary>The whole position in a symbol as the broker has it.</summary>
public sealed record PositionReportRequest
{
    public string? Symbol { get; init; }

    /// <summary>Above 0 long, below 0 short.</summary>
    [JsonConverter(typeof(ExactNumberConverter))]
    public decimal? Quantity { get; init; }

    /// <summary>The moment that it describes; the moment of receipt when absent.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>An operator's: the ledger takes the quantity over.</summary>
    public bool? Settle { get; init; }

    /// <summary>Why it is settled.</summary>
    public string? Reason { get; init; }
}

/// <summary>The broker's whole state.</summary>
public sealed record AccountReportRequest
{
    /// <summary>The moment that it describes.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Symbols that are not listed are flat.</summary>
    public IReadOnlyList<AccountPosition?>? Positions { get; init; }

    /// <summary>Ids of orders that still work, ours or the bot's own.</summary>
    public IReadOnlyList<string?>? OpenOrders { get; init; }
}

/// <summary>A position of an account.</summary>
public sealed record AccountPosition
{
    public string? Symbol { get; init; }

    [JsonConverter(typeof(ExactNumberConverter))]
    public decimal? Quantity { get; init; }
}

/// <summary>An account's report that was taken.</summary>
/// <param name="EndedOrders">Orders that are over.</param>
/// <param name="Contradictions">Symbols whose position is unknown from now on.</param>
public sealed record AccountReportAnswer(bool Recorded, IReadOnlyList<string> EndedOrders, IReadOnlyList<string> Contradictions, string TraceId);

/// <summary>The last trade of the market in a symbol.</summary>
public sealed record MarkReportRequest
{
    public string? Symbol { get; init; }

    [JsonConverter(typeof(ExactNumberConverter))]
    public decimal? Price { get; init; }
}

/// <summary>A report that was taken.</summary>
/// <param name="Recorded">Always true.</param>
public sealed record RiskReportAnswer(bool Recorded, string TraceId);
