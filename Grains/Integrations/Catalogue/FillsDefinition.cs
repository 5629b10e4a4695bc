namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>How the fills of one order are asked for, where what the provider says of the order lacks their price or fees. Requests may use what those of
/// <see cref="OrderDeskDefinition"/> may.</summary>
public sealed record FillsDefinition
{
    public required RequestDefinition Request { get; init; }

    /// <summary>What must hold in the whole answer for it to be a good one, where the HTTP status alone does not tell.</summary>
    public IReadOnlyList<FieldRule> Good { get; init; } = [];

    /// <summary>Pointer of the list; empty where the answer itself is the list; null where the order has one fill.</summary>
    public string? Items { get; init; }

    /// <summary>Pointer of the one fill.</summary>
    public string Root { get; init; } = "";

    /// <summary>The provider's id of the order that a fill is of. One of another order makes the answer worth nothing.</summary>
    public required IReadOnlyList<string> OrderId { get; init; }

    public required IReadOnlyList<string> Quantity { get; init; }
    public required IReadOnlyList<string> Price { get; init; }

    /// <summary>Fee of a fill. Empty where fills tell none.</summary>
    public IReadOnlyList<string> Fee { get; init; } = [];

    /// <summary>What it is in; without it, the currency of the order's prices.</summary>
    public IReadOnlyList<string> FeeCurrency { get; init; } = [];

    /// <summary>True where a fee that does not tell its currency may be in another one than that of the prices.</summary>
    public bool FeeNeedsCurrency { get; init; }

    /// <summary>True where what the provider says of an order tells its price and never its fees. They are asked for also when the price is known.</summary>
    public bool FeesApart { get; init; }

    /// <summary>What a mapping of orders keeps, and the words for which this is how it is asked, such as a category.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Where { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}
