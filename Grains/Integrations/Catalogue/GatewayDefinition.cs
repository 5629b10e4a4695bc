namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>How bots reach a provider through the gateway: its hosts, where an SDK puts its key, and what its calls mean.</summary>
public sealed record GatewayDefinition
{
    /// <summary>Name to base URL of further hosts, such as <c>data</c>. The provider's own base needs no entry.</summary>
    public IReadOnlyDictionary<string, string> Hosts { get; init; } = new Dictionary<string, string>();

    /// <summary>Where an SDK of this provider puts its key: there the bot's token is looked for and taken out.</summary>
    public IReadOnlyList<CredentialSlotDefinition> Slots { get; init; } = [];

    /// <summary>How our key goes in, when the verify's request can't tell.</summary>
    public CredentialDefinition? Credentials { get; init; }

    /// <summary>For a broker whose GET calls can do more than read: what the paths of those that only read begin with. Empty: GET and HEAD read.</summary>
    public IReadOnlyList<string> Reads { get; init; } = [];

    /// <summary>What calls mean. For a broker a call that is not listed and is not a GET or HEAD is refused.</summary>
    public IReadOnlyList<OperationDefinition> Operations { get; init; } = [];

    /// <summary>How the gateway itself looks orders up and takes them back. Needed where an operation places orders.</summary>
    public OrderDeskDefinition? Orders { get; init; }

    /// <summary>The provider's own error body, for refusals.</summary>
    public ErrorShapeDefinition? ErrorShape { get; init; }
}

/// <summary>One call of a provider.</summary>
public sealed record OperationDefinition
{
    /// <summary>Upper-case HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>Path behind the base URL; <c>{name}</c> stands for one whole segment.</summary>
    public required string Path { get; init; }

    /// <summary><c>read</c>, <c>infer</c>, <c>notify</c>, <c>open</c>, <c>reduce</c>, <c>order</c> (open or reduce, by its fields), <c>cancel</c> or
    /// <c>account</c>, which is always refused.</summary>
    public required string Effect { get; init; }

    /// <summary>One of <see cref="GatewayDefinition.Hosts"/>; null for the provider's own base.</summary>
    public string? Host { get; init; }

    /// <summary>Where the order's fields stand. Needed where <see cref="Effect"/> places orders.</summary>
    public OrderMapping? Order { get; init; }

    /// <summary>Which orders a cancel takes back. Needed where <see cref="Effect"/> is <c>cancel</c>.</summary>
    public CancelMapping? Cancel { get; init; }

    /// <summary>What the answer says of the order.</summary>
    public OrderStateMapping? Answer { get; init; }

    /// <summary>What a read teaches when it passes through.</summary>
    public LearnMapping? Learn { get; init; }
}
