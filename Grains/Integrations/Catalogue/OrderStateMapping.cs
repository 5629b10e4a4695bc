namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>What an answer says of orders. Fields are JSON pointers within one order, tried one after the other.</summary>
public sealed record OrderStateMapping
{
    /// <summary>What must hold in the whole answer for it to be a good one, where the HTTP status alone does not tell.</summary>
    public IReadOnlyList<FieldRule> Good { get; init; } = [];

    /// <summary>Signs that the provider refused the request, where the HTTP status does not tell; any is enough.</summary>
    public IReadOnlyList<FieldRule> Refused { get; init; } = [];

    /// <summary>Signs that the provider does not know itself what became of the order; any is enough.</summary>
    public IReadOnlyList<FieldRule> Unsure { get; init; } = [];

    /// <summary>Pointer of the list (or of the object whose members are orders) in the answer; null for one order.</summary>
    public string? Items { get; init; }

    /// <summary>Pointer of the one order; empty for the whole answer.</summary>
    public string Root { get; init; } = "";

    /// <summary>The provider's id; <c>@key</c> is the member's name, where <see cref="Items"/> is an object.</summary>
    public IReadOnlyList<string> OrderId { get; init; } = [];

    public IReadOnlyList<string> ClientOrderId { get; init; } = [];
    public IReadOnlyList<string> Symbol { get; init; } = [];
    public SideMapping? Side { get; init; }
    public IReadOnlyList<string> Quantity { get; init; } = [];

    /// <summary>The order's state, the first that fits: <c>open</c>, <c>filled</c>, <c>canceled</c> or <c>rejected</c>. None: nothing is known.</summary>
    public IReadOnlyList<FieldRule> States { get; init; } = [];

    /// <summary>Units filled so far; null when the answer does not tell.</summary>
    public IReadOnlyList<string> Filled { get; init; } = [];

    /// <summary>Average price of what is filled, or what was paid for it in all.</summary>
    public IReadOnlyList<string> AveragePrice { get; init; } = [];
    public IReadOnlyList<string> FilledValue { get; init; } = [];

    /// <summary>Fees of what is filled so far.</summary>
    public IReadOnlyList<string> Fee { get; init; } = [];

    /// <summary>What they are in; without it, the currency of the order's prices.</summary>
    public IReadOnlyList<string> FeeCurrency { get; init; } = [];

    /// <summary>True where a cost is told as a number below 0.</summary>
    public bool FeeIsNegative { get; init; }

    /// <summary>Name to field: what a request for the order's fills needs.</summary>
    public IReadOnlyDictionary<string, string> Take { get; init; } = new Dictionary<string, string>();

    /// <summary>Signs of an order that only makes a position smaller.</summary>
    public IReadOnlyList<FieldRule> Reduce { get; init; } = [];
}

/// <summary>What a read teaches.</summary>
public sealed record LearnMapping
{
    /// <summary>Orders, with their fills.</summary>
    public OrderStateMapping? Orders { get; init; }

    /// <summary>Prices of the market.</summary>
    public MarkMapping? Marks { get; init; }
}

/// <summary>Prices in an answer.</summary>
public sealed record MarkMapping
{
    /// <summary>Pointer of a list, or of an object whose members' names are symbols; null for one price.</summary>
    public string? Items { get; init; }
    public string Root { get; init; } = "";

    /// <summary>Where the symbol stands: a pointer in the answer, <c>@key</c>, a segment of the path as <c>{name}</c>, or a query parameter as <c>?name</c>.</summary>
    public required IReadOnlyList<string> Symbol { get; init; }

    /// <summary>Where prices stand; of several (bid and ask) the middle counts.</summary>
    public required IReadOnlyList<string> Price { get; init; }
}

/// <summary>How the gateway itself asks for orders and takes them back. Requests may use the provider's variables, and of the order
/// <c>{order_id}</c>, <c>{client_order_id}</c>, <c>{symbol}</c> and what its mapping keeps.</summary>
public sealed record OrderDeskDefinition
{
    /// <summary>Asked one after the other until one knows the order.</summary>
    public required IReadOnlyList<LookupDefinition> Lookups { get; init; }

    /// <summary>All working orders of the account; several questions where one does not list them all.</summary>
    public IReadOnlyList<LookupDefinition> Working { get; init; } = [];

    /// <summary>Takes one order back.</summary>
    public RequestDefinition? CancelOne { get; init; }

    /// <summary>Takes all orders of the account back. Null: they are listed and taken back one by one.</summary>
    public RequestDefinition? CancelAll { get; init; }

    /// <summary>Fills of one order, asked for after a look-up found something filled; the first that fits the order. Empty where the order itself tells all.</summary>
    public IReadOnlyList<FillsDefinition> Fills { get; init; } = [];

    /// <summary>Positions of the account; the first that speaks of an order's symbol is asked. Empty where none is documented.</summary>
    public IReadOnlyList<PositionsDefinition> Positions { get; init; } = [];

    /// <summary>After so many seconds from the sending on, an order that no look-up knows never arrived: longer than an answer is waited for. 45 to 3,600.</summary>
    public int SureAfterS { get; init; } = 60;
}

/// <summary>A question about orders.</summary>
public sealed record LookupDefinition
{
    public required RequestDefinition Request { get; init; }

    public required OrderStateMapping Answer { get; init; }

    /// <summary>Signs that the provider does not know the order, besides a good answer without it.</summary>
    public IReadOnlyList<FieldRule> NotFound { get; init; } = [];

    /// <summary>HTTP statuses that say the same.</summary>
    public IReadOnlyList<int> NotFoundStatus { get; init; } = [404];

    /// <summary>False where the answer lacks orders that exist, such as those that have ended.</summary>
    public bool Complete { get; init; } = true;
}
