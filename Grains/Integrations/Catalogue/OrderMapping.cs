namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>Where the fields of an order stand. A field is named as JSON pointer (<c>/take_profit/limit_price</c>). A parameter of a form or query
/// is <c>/name</c>, a segment of the path <c>{name}</c>. Where several are given the first that is present counts.
/// An order with a field that is named nowhere here is refused.</summary>
public sealed record OrderMapping
{
    /// <summary>Pointer of the list of a batch, empty where the body itself is the list; null for one order. Fields are then those of an item;
    /// what stands beside the list counts for each of them.</summary>
    public string? Items { get; init; }

    public required IReadOnlyList<string> Symbol { get; init; }

    /// <summary>Words for the side; null where the quantity's sign tells it.</summary>
    public SideMapping? Side { get; init; }

    /// <summary>Where the quantity stands; exactly one of them may be present.</summary>
    public required IReadOnlyList<QuantityMapping> Quantity { get; init; }

    /// <summary>Kind of the order, the first that fits: <c>market</c>, <c>limit</c>, <c>stop</c> or <c>stop_limit</c>. An order that none fits is refused.</summary>
    public required IReadOnlyList<FieldRule> Types { get; init; }

    /// <summary>The limit price.</summary>
    public IReadOnlyList<string> Price { get; init; } = [];

    /// <summary>The price at which a stop becomes an order.</summary>
    public IReadOnlyList<string> StopPrice { get; init; } = [];

    /// <summary>The limit price of a stop-limit order, where it stands elsewhere than that of a limit order.</summary>
    public IReadOnlyList<string> StopLimitPrice { get; init; } = [];

    /// <summary>Symbols of contracts, as a shape like <see cref="VariableDefinition.Format"/>: their quantity counts lots, whatever else is said of it.</summary>
    public string? LotSymbols { get; init; }

    /// <summary>Signs of an exit; any is enough.</summary>
    public IReadOnlyList<FieldRule> Reduce { get; init; } = [];

    /// <summary>Signs of an opening order. Without either sign the position decides.</summary>
    public IReadOnlyList<FieldRule> Open { get; init; } = [];

    public required ClientOrderIdMapping ClientOrderId { get; init; }

    /// <summary>Further fields and the values that change nothing of the above; <c>*</c> for any.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Allow { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Fields that are other ones each time the same request is made, such as a nonce.</summary>
    public IReadOnlyList<string> Volatile { get; init; } = [];

    /// <summary>Signs of a request that places nothing, such as a validation; it passes as a read.</summary>
    public IReadOnlyList<FieldRule> Dry { get; init; } = [];

    /// <summary>The order that this one replaces: what the fields leave out is taken from it.</summary>
    public OrderReference? Amends { get; init; }

    /// <summary>Name to field: what look-ups of this order need again besides symbol and ids, such as a category.</summary>
    public IReadOnlyDictionary<string, string> Keep { get; init; } = new Dictionary<string, string>();
}

/// <summary>Words of the side.</summary>
public sealed record SideMapping
{
    public required string Field { get; init; }
    public required IReadOnlyList<string> Buy { get; init; }
    public required IReadOnlyList<string> Sell { get; init; }
}

/// <summary>How a quantity is counted.</summary>
public sealed record QuantityMapping
{
    public required string Field { get; init; }

    /// <summary><c>units</c>; <c>lots</c>, contracts whose multiplier the bot's registration must tell; <c>notional</c>, money that is divided by the mark.</summary>
    public string Kind { get; init; } = "units";

    /// <summary>True where a quantity below 0 sells.</summary>
    public bool SignIsSide { get; init; }

    /// <summary>Counts only when all of these hold.</summary>
    public IReadOnlyList<FieldRule> When { get; init; } = [];
}

/// <summary>A field and its words. Words are compared without case; <c>*</c> is any word that is not empty, and <c>!</c> stands for an absent or empty field.</summary>
public sealed record FieldRule
{
    public required string Field { get; init; }
    public required IReadOnlyList<string> Values { get; init; }

    /// <summary>Holds only when this one holds too.</summary>
    public FieldRule? And { get; init; }

    /// <summary>What it then is; only in lists of kinds and states.</summary>
    public string? Is { get; init; }
}

/// <summary>The client's own id of an order.</summary>
public sealed record ClientOrderIdMapping
{
    public required string Field { get; init; }

    /// <summary>Longest id that the provider takes.</summary>
    public required int MaxLength { get; init; }

    /// <summary>Shape of ids that the provider takes, as <see cref="VariableDefinition.Format"/>; null for any printable text.</summary>
    public string? Format { get; init; }
}

/// <summary>Where a request names an order that exists.</summary>
public sealed record OrderReference
{
    /// <summary>The provider's id.</summary>
    public IReadOnlyList<string> OrderId { get; init; } = [];

    /// <summary>The client's own id.</summary>
    public IReadOnlyList<string> ClientOrderId { get; init; } = [];

    /// <summary>What stands in front of a client's id in the field of the provider's, such as <c>@</c>.</summary>
    public string? ClientPrefix { get; init; }
}

/// <summary>Which orders a cancel takes back.</summary>
public sealed record CancelMapping
{
    /// <summary>True for all working orders (of an account, or of a symbol): passes only when no other bot has open orders at this provider.</summary>
    public bool All { get; init; }

    public OrderReference? Order { get; init; }

    /// <summary>Pointer of a list of orders; empty where the body itself is the list. Its items are texts (ids), or objects with the fields of <see cref="Order"/>.</summary>
    public string? Items { get; init; }
}
