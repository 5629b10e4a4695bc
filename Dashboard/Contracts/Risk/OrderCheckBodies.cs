namespace ControlPlane.Contracts;

/// <summary>An order before it is sent.</summary>
public sealed record OrderCheckRequest
{
    public string? Symbol { get; init; }

    /// <summary><c>buy</c> or <c>sell</c>.</summary>
    public string? Side { get; init; }

    /// <summary>Units of the instrument, above 0.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>Price of one unit in the account's currency, above 0; for a market order the worst price that is accepted.</summary>
    public decimal? Price { get; init; }

    /// <summary><c>open</c> (default) or <c>reduce</c>.</summary>
    public string? Intent { get; init; }

    /// <summary>Epoch of the runner's lease. Without it the bot's live lease is taken as it is; LIVE needs it.</summary>
    public long? Epoch { get; init; }
    public string? TraceId { get; init; }
}

/// <summary>May this order be sent? A refusal has been recorded as a no-trade.</summary>
public sealed record OrderCheckAnswer(
    bool Allowed,
    IReadOnlyList<OrderRefusalRow> Reasons,
    TradingPosture TradingState,
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
public sealed record OrderRefusalRow(string Code, string Rule, decimal? Limit, decimal? Actual, string Message);

/// <summary>How a granted order ended.</summary>
public sealed record OrderReportRequest
{
    /// <summary><c>filled</c>, <c>canceled</c> or <c>rejected</c>.</summary>
    public string? Status { get; init; }
}

/// <summary>The whole position in a symbol as the broker has it.</summary>
public sealed record PositionReportRequest
{
    public string? Symbol { get; init; }

    /// <summary>Above 0 long, below 0 short.</summary>
    public decimal? Quantity { get; init; }
}

/// <summary>The last trade of the market in a symbol.</summary>
public sealed record MarkReportRequest
{
    public string? Symbol { get; init; }
    public decimal? Price { get; init; }
}

/// <summary>A report that was taken.</summary>
/// <param name="Recorded">Always true.</param>
public sealed record RiskReportAnswer(bool Recorded, string TraceId);
