namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>A way to connect: the variables it needs, all of them, and how to verify it.</summary>
public sealed record AccessDefinition
{
    /// <summary>Short name, for example <c>bot token</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Variables that must all be present. A signing scheme takes its key id, secret and passphrase from the front, in this order.</summary>
    public required IReadOnlyList<string> Requires { get; init; }

    /// <summary>Values (compared without case) that variables must have for this way to count. None of them may be secret.</summary>
    public IReadOnlyDictionary<string, string> Only { get; init; } = new Dictionary<string, string>();

    /// <summary>Null when no harmless verify exists.</summary>
    public VerifyDefinition? Verify { get; init; }
}

/// <summary>A verify call and how to read its answer.</summary>
public sealed record VerifyDefinition
{
    /// <summary><c>http</c> for a plain request, <c>session</c> for a probe under a token that a login gives,
    /// or the name of a signing scheme (<c>binance</c>, <c>coinbase</c>, <c>okx</c>, <c>bybit</c>, <c>aws</c>, ...).</summary>
    public string Kind { get; init; } = "http";

    /// <summary>The probe. For a signing scheme the signer adds its headers or query. None for a server that does not speak HTTP.</summary>
    public RequestDefinition Request { get; init; } = RequestDefinition.None;

    /// <summary>For <c>smtp</c>, <c>postgres</c> and <c>redis</c>: where the server is and who signs in.</summary>
    public ServiceDefinition? Service { get; init; }

    /// <summary>For <c>session</c>: how to get a token when none is held.</summary>
    public LoginDefinition? Login { get; init; }

    /// <summary>Seconds between two verify calls of this provider, 1 to 86,400.</summary>
    public required int MinIntervalS { get; init; }

    /// <summary>Ordered rules; the first that matches gives the verdict. What matches none is inconclusive.
    /// 5xx, 3xx and 429 are inconclusive without any rule, unless a rule names them.</summary>
    public required IReadOnlyList<OutcomeRule> Outcomes { get; init; }

    /// <summary>Anything the provider's operators should know: what the call costs, what it must not be used for.</summary>
    public string? Cost { get; init; }

    /// <summary>What a good verdict says about <c>read</c>, <c>trade</c>, <c>infer</c> and <c>withdraw</c>, unless a finding or the rule says otherwise.</summary>
    public IReadOnlyDictionary<string, CapabilityDefinition> Capabilities { get; init; } = new Dictionary<string, CapabilityDefinition>();

    /// <summary>Rules that read single capabilities from a good answer. For each the first match counts.</summary>
    public IReadOnlyList<FindingDefinition> Findings { get; init; } = [];

    /// <summary>Further calls after a good verdict, for capabilities that the first answer does not show. A failed one shows nothing.</summary>
    public IReadOnlyList<FollowUpDefinition> Then { get; init; } = [];

    /// <summary>Place of the key's or token's expiry in the answer.</summary>
    public ExpiryDefinition? Expiry { get; init; }

    /// <summary>True when refused calls can't lock the account: a refused key is then tried again by itself, with a growing pause.
    /// Never for a session.</summary>
    public bool RetryRefused { get; init; }

    /// <summary>What a good verdict does not prove, for people.</summary>
    public string? NotProven { get; init; }
}

/// <summary>How a capability is known after a good verdict.</summary>
public sealed record CapabilityDefinition
{
    /// <summary><c>proven</c>, <c>implied</c>, <c>missing</c> or <c>unknown</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Who says so; needed for <c>implied</c>.</summary>
    public string? Source { get; init; }
}

/// <summary>If the answer is so, the capability is this.</summary>
public sealed record FindingDefinition
{
    public required Predicate When { get; init; }

    /// <summary><c>read</c>, <c>trade</c>, <c>infer</c> or <c>withdraw</c>.</summary>
    public required string Capability { get; init; }

    /// <summary><c>proven</c>, <c>implied</c>, <c>missing</c> or <c>unknown</c>.</summary>
    public required string Status { get; init; }
    public string? Source { get; init; }

    /// <summary>What the key lacks, or why it may do too much. Never quotes the provider's answer.</summary>
    public string? Message { get; init; }
    public string? Fix { get; init; }
}

/// <summary>A further call of a verify.</summary>
public sealed record FollowUpDefinition
{
    public required RequestDefinition Request { get; init; }

    /// <summary>Base of a call that stands on another host than the probe; an override of the base replaces it too.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Rules that take the good verdict back, or tell by a refusal what the key lacks (verdict <c>valid</c>); what matches none changes nothing.</summary>
    public IReadOnlyList<OutcomeRule> Outcomes { get; init; } = [];

    /// <summary>Environments in which it is made; empty for all.</summary>
    public IReadOnlyList<string> Environments { get; init; } = [];

    /// <summary>Variables without which it is not made.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];
    public IReadOnlyList<FindingDefinition> Findings { get; init; } = [];

    /// <summary>Place of the key's expiry in its answer. An expired key is refused.</summary>
    public ExpiryDefinition? Expiry { get; init; }
}

/// <summary>Place of a key's expiry in an answer: a member of the body or a header.</summary>
public sealed record ExpiryDefinition
{
    /// <summary>Member of the body, or of an item where <see cref="Where"/> is given.</summary>
    public string? Path { get; init; }

    /// <summary>Path of a list, the item of which is chosen by <see cref="Where"/>.</summary>
    public string? Items { get; init; }
    public Predicate? Where { get; init; }
    public string? Header { get; init; }

    /// <summary>True where the member counts the days that are left. A negative number means that there is no end.</summary>
    public bool DaysLeft { get; init; }

    /// <summary>For a session whose answers do not tell: how long what it signs in with lasts, in seconds.</summary>
    public int? LifetimeS { get; init; }

    /// <summary>Variable that says since when: an ISO 8601 instant or Unix seconds. Without it the first accepted sign-in counts, so that the end is the latest one.</summary>
    public string? SinceVariable { get; init; }
}
