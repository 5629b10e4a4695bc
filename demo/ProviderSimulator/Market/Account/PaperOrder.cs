namespace ControlPlane.ProviderSimulator.Market.Account;

/// <summary>An order of the paper account. Its owner changes it under its own lock.</summary>
internal sealed class PaperOrder
{
    public required string Id { get; init; }
    public required string ClientOrderId { get; init; }
    public required string Symbol { get; init; }

    /// <summary>Shares; above 0.</summary>
    public required decimal Quantity { get; init; }
    public required bool Buy { get; init; }
    public required string TimeInForce { get; init; }

    /// <summary>Null for a market order.</summary>
    public decimal? Limit { get; init; }
    public required long SubmittedTick { get; init; }
    public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>When the exchange looks at it.</summary>
    public required long DueTick { get; init; }

    /// <summary><c>accepted</c>, <c>filled</c>, <c>canceled</c> or <c>rejected</c>.</summary>
    public string Status { get; set; } = "accepted";
    public decimal? FillPrice { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    public bool IsOpen => Status == "accepted";
    public decimal Signed => Buy ? Quantity : -Quantity;
}
