namespace ControlPlane.ProviderSimulator.Books;

/// <summary>An order in a broker's book.</summary>
public sealed record BookOrder
{
    public required string Id { get; init; }

    /// <summary>Null where the client gave none.</summary>
    public string? ClientId { get; init; }
    public required string Symbol { get; init; }
    public required bool Buy { get; init; }
    public required decimal Quantity { get; init; }

    /// <summary>Null for a market order.</summary>
    public decimal? Limit { get; init; }
    public decimal Filled { get; init; }
    public decimal Price { get; init; }

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<BookFill> Fills { get; init; } = [];

    /// <summary><c>open</c>, <c>filled</c>, <c>canceled</c> or <c>rejected</c>.</summary>
    public string Status { get; init; } = "open";
    public bool ReduceOnly { get; init; }

    /// <summary>What the dialect needs of the request again, such as a category.</summary>
    public string Kind { get; init; } = "";

    public bool IsOpen => Status == "open";
}

/// <summary>Units that were filled at once.</summary>
public sealed record BookFill(decimal Units, decimal Price);
