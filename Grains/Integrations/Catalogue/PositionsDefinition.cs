namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>How the gateway reads a position at the broker. Balances of a spot market are no positions: they hold what was paid in too. Requests may use
/// what those of <see cref="OrderDeskDefinition"/> may, of the newest order in the symbol.</summary>
public sealed record PositionsDefinition
{
    public required RequestDefinition Request { get; init; }

    /// <summary>What must hold in the whole answer for it to be a good one, where the HTTP status alone does not tell.</summary>
    public IReadOnlyList<FieldRule> Good { get; init; } = [];

    /// <summary>Pointer of the list; empty where the answer itself is the list. It must be there: a symbol that it lacks is flat.</summary>
    public required string Items { get; init; }

    /// <summary>Signs of an account without positions, where the answer then has no list; any is enough.</summary>
    public IReadOnlyList<FieldRule> None { get; init; } = [];

    /// <summary>The symbol of an item.</summary>
    public IReadOnlyList<string> Symbol { get; init; } = [];

    /// <summary>Fields of an item and the templates that they must equal, such as an account's id. Other items are left out.</summary>
    public IReadOnlyDictionary<string, string> Match { get; init; } = new Dictionary<string, string>();

    /// <summary>Units of an item; of several (long and short) the sum.</summary>
    public required IReadOnlyList<string> Quantity { get; init; }

    /// <summary>Words for the side of an item; null where the sign tells it.</summary>
    public PositionSideMapping? Side { get; init; }

    /// <summary>Symbols that the list speaks of, as a shape like <see cref="VariableDefinition.Format"/>; null for all.</summary>
    public string? Symbols { get; init; }

    /// <summary>What a mapping of orders keeps, and the words for which the list speaks of the order's symbol, such as a category.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Where { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>What is asked before, by the name that the request and <see cref="Match"/> then use.</summary>
    public IReadOnlyDictionary<string, ValueDefinition> Ask { get; init; } = new Dictionary<string, ValueDefinition>();
}

/// <summary>Words of a position's side, long or short.</summary>
public sealed record PositionSideMapping
{
    public required string Field { get; init; }
    public required IReadOnlyList<string> Buy { get; init; }
    public required IReadOnlyList<string> Sell { get; init; }

    /// <summary>Words for which the quantity's sign tells the side.</summary>
    public IReadOnlyList<string> Net { get; init; } = [];
}

/// <summary>A value that a broker is asked for, such as its own number of a contract.</summary>
public sealed record ValueDefinition
{
    public required RequestDefinition Request { get; init; }

    /// <summary>Pointer of the value in the answer.</summary>
    public required string Field { get; init; }
}
