namespace ControlPlane.Contracts;

/// <summary>An order before it is sent.</summary>
public sealed record OrderCheckRequest
{
    public string? Symbol { get; init; }

    /// <summary><c>buy</c> or <c>sell</c>.</summary>
    public string? Side { get; init; }

    /// <summary>Units of the instrument, above 0.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>Price of one unit in the account's currency, above 0.</summary>
    public decimal? Price { get; init; }

    /// <summary><c>open</c> (default) or <c>reduce</c>.</summary>
    public string? Intent { get; init; }

    /// <summary>Epoch of the runner's lease.</summary>
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
    string TraceId);

/// <summary>A rule that the order breaks.</summary>
/// <param name="Code">A code of the contract or of the no-trades, for example RISK_LIMIT.</param>
/// <param name="Rule">Name of the limit.</param>
/// <param name="Limit">Its value; null when the rule is no number.</param>
/// <param name="Actual">What the order would have made of it; null when it is not known.</param>
public sealed record OrderRefusalRow(string Code, string Rule, decimal? Limit, decimal? Actual, string Message);
