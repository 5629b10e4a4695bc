using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>One provider of the catalogue, as its file says. The catalogue is data: <c>Catalogue/Providers/*.json</c>, and the user's own files.</summary>
public sealed record ProviderDefinition
{
    /// <summary>Lower-case id, <c>[a-z][a-z0-9_]{1,39}</c>. Unique.</summary>
    public required string Id { get; init; }
    public required string Name { get; init; }

    /// <summary><c>market_data</c>, <c>broker</c>, <c>llm</c>, <c>notification</c>, <c>storage</c> or <c>other</c>.</summary>
    public required string Category { get; init; }

    /// <summary>Scheme, host and path prefix of every call, without a final slash; may be one whole <c>{VARIABLE}</c>, for providers
    /// whose address is the customer's own.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>Other bases by the value of one variable, for example demo and live.</summary>
    public BaseUrlChoice? BaseUrlBy { get; init; }

    /// <summary>Which environment the value of a variable chooses. A broker without it has one environment, <c>live</c>.</summary>
    public EnvironmentChoice? EnvironmentBy { get; init; }

    /// <summary>Every variable the provider knows.</summary>
    public required IReadOnlyList<VariableDefinition> Variables { get; init; }

    /// <summary>Ways to connect, best first; the first whose variables are all present is used.</summary>
    public required IReadOnlyList<AccessDefinition> Access { get; init; }

    /// <summary>Ordered steps for a person who has no key yet. The page adds how to set variables.</summary>
    public required IReadOnlyList<string> HowToConnect { get; init; }

    /// <summary>Why there is no verify, for a provider without a harmless one.</summary>
    public string? NoVerifyReason { get; init; }

    /// <summary>Fields of a provider's facts that nobody has seen work; shown to nobody, kept for the next editor.</summary>
    public string? Remarks { get; init; }
}

/// <summary>A base URL chosen by a variable's value.</summary>
public sealed record BaseUrlChoice
{
    public required string Variable { get; init; }

    /// <summary>Value of the variable (compared without case) to base URL.</summary>
    public required IReadOnlyDictionary<string, string> Values { get; init; }
}

/// <summary>An environment chosen by a variable's value.</summary>
public sealed record EnvironmentChoice
{
    public required string Variable { get; init; }

    /// <summary>Value of the variable (compared without case) to <c>live</c>, <c>paper</c>, <c>testnet</c> or <c>demo</c>.</summary>
    public required IReadOnlyDictionary<string, string> Values { get; init; }
}

/// <summary>An environment variable (or file of the secrets folder).</summary>
public sealed record VariableDefinition
{
    public required string Name { get; init; }

    /// <summary>Other names that are read when <see cref="Name"/> is absent, in this order.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>True for anything that must never be shown. Key ids count as secret. Default true: in doubt it is one.</summary>
    public bool Secret { get; init; } = true;

    /// <summary>A shape seen so far, as a .NET regex without look-around, or null. A value of another shape is a hint, never a refusal.</summary>
    public string? Format { get; init; }
    public string? Hint { get; init; }

    /// <summary>Value used in templates when the variable is absent; only for variables that are not secret.</summary>
    public string? Default { get; init; }

    /// <summary>Values that are good keys of another kind.</summary>
    public IReadOnlyList<WrongKindDefinition> WrongKinds { get; init; } = [];
}

/// <summary>A key that can never do what this variable is for, told by its looks.</summary>
public sealed record WrongKindDefinition
{
    /// <summary>A shape, as <see cref="VariableDefinition.Format"/>; or null.</summary>
    public string? Format { get; init; }

    /// <summary>A claim of a JSON Web Token and its value, such as <c>role</c> and <c>anon</c>; or null.</summary>
    public string? Claim { get; init; }
    public string? Value { get; init; }

    /// <summary>What kind of key it is, and which one to set instead.</summary>
    public required string Hint { get; init; }
}

/// <summary>A way to connect: the variables it needs, all of them, and how to verify it.</summary>
public sealed record AccessDefinition
{
    /// <summary>Short name, for example <c>bot token</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Variables that must all be present. A signing scheme takes its key id, secret and passphrase from the front, in this order.</summary>
    public required IReadOnlyList<string> Requires { get; init; }

    /// <summary>Null when no harmless verify exists.</summary>
    public VerifyDefinition? Verify { get; init; }
}

/// <summary>A verify call and how to read its answer.</summary>
public sealed record VerifyDefinition
{
    /// <summary><c>http</c> for a plain request, <c>session</c> for a probe under a token that a login gives,
    /// or the name of a signing scheme (<c>binance</c>, <c>coinbase</c>, <c>okx</c>, <c>bybit</c>, <c>aws</c>, ...).</summary>
    public string Kind { get; init; } = "http";

    /// <summary>The probe. For a signing scheme the signer adds its headers or query.</summary>
    public required RequestDefinition Request { get; init; }

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

    /// <summary>What a good answer tells about single capabilities. For each the first that matches counts.</summary>
    public IReadOnlyList<FindingDefinition> Findings { get; init; } = [];

    /// <summary>Further calls after a good verdict, for what the first answer does not tell. One that fails tells nothing.</summary>
    public IReadOnlyList<FollowUpDefinition> Then { get; init; } = [];

    /// <summary>Where the answer tells when the key or token ends.</summary>
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

    /// <summary>Environments in which it is made; empty for all.</summary>
    public IReadOnlyList<string> Environments { get; init; } = [];
    public required IReadOnlyList<FindingDefinition> Findings { get; init; }
}

/// <summary>Where an answer tells when a key ends: a member of the body or a header.</summary>
public sealed record ExpiryDefinition
{
    public string? Path { get; init; }
    public string? Header { get; init; }
}

/// <summary>An HTTP request with <c>{VARIABLE}</c> templates in path, query, headers and body values.</summary>
public sealed record RequestDefinition
{
    public string Method { get; init; } = "GET";

    /// <summary>Path and query behind the base, starting with a slash, templates percent-encoded when filled in; or one whole
    /// <c>{VARIABLE}</c> that holds an absolute address (webhooks), whose scheme and host are then replaced by an override of the base.</summary>
    public required string Path { get; init; }
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>User and password templates of HTTP Basic.</summary>
    public BasicAuthDefinition? Basic { get; init; }

    /// <summary>JSON body; string values may be templates, a value that is one whole template of an absent variable is left out.</summary>
    public JsonElement? Json { get; init; }

    /// <summary>Form body.</summary>
    public IReadOnlyDictionary<string, string>? Form { get; init; }
}

/// <summary>HTTP Basic.</summary>
public sealed record BasicAuthDefinition
{
    public required string Username { get; init; }
    public required string Password { get; init; }
}

/// <summary>A login that gives a token. It is made only when no token is held, is never retried, and its token stays in memory.</summary>
public sealed record LoginDefinition
{
    public required RequestDefinition Request { get; init; }

    /// <summary>Where the token stands in the answer, for example <c>accessToken</c>.</summary>
    public required string TokenPath { get; init; }

    /// <summary>Variable that may hold a token already; used before any login.</summary>
    public string? TokenVariable { get; init; }

    /// <summary>How long a token is used, in seconds.</summary>
    public required int TokenLifetimeS { get; init; }

    /// <summary>Rules for the login's answer; a <c>valid</c> here means that the probe goes on with the token.</summary>
    public required IReadOnlyList<OutcomeRule> Outcomes { get; init; }
}

/// <summary>If status and body are so, the verdict is this.</summary>
public sealed record OutcomeRule
{
    /// <summary>Status codes; empty means any.</summary>
    public IReadOnlyList<int> Status { get; init; } = [];

    /// <summary>A condition on the answer, or null.</summary>
    public Predicate? When { get; init; }

    /// <summary><c>valid</c>, <c>valid_limited</c>, <c>valid_billing</c>, <c>invalid</c>, <c>wrong_environment</c>, <c>locked</c> or <c>inconclusive</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>Our own error code in snake_case, for example <c>key_rejected</c>; null with <c>valid</c>.</summary>
    public string? Code { get; init; }

    /// <summary>What a person is told. Never quotes the provider's answer.</summary>
    public string? Message { get; init; }
    public string? Fix { get; init; }

    /// <summary>Seconds to wait before another call, when the answer does not say.</summary>
    public int? RetryAfterS { get; init; }

    /// <summary>What this answer says about capabilities, before findings and the verify's own: name to status.</summary>
    public IReadOnlyDictionary<string, string> Capabilities { get; init; } = new Dictionary<string, string>();

    /// <summary>Who says that this answer means this verdict; expected where a 4xx counts as good.</summary>
    public string? Source { get; init; }
}

/// <summary>A condition on a provider's answer.</summary>
/// <remarks>Types: <c>json_has</c>, <c>json_lacks</c>, <c>json_nonempty</c>, <c>json_empty</c> (absent counts as empty), <c>json_equals</c>,
/// <c>json_in</c> (value is an array), <c>json_starts_with</c>, <c>json_gt</c>, <c>json_array_min</c>, <c>json_array_max</c>,
/// <c>json_array_contains</c>, <c>json_contains</c> (a part of a text), <c>json_valid</c>, <c>body_contains</c>, <c>body_empty</c>, <c>header_equals</c>,
/// <c>environment_in</c> (value is an array), <c>items_any</c> (item holds for a member of the array at path), <c>all</c>, <c>any</c>, <c>not</c>.
/// A path is dotted member names and array indexes (<c>error.0.code</c>); empty or absent is the document itself. A null counts as absent.
/// No <c>json_</c> condition but <c>json_valid</c> is met, nor its <c>not</c>, by an answer that is no JSON.</remarks>
public sealed record Predicate
{
    public required string Type { get; init; }
    public string? Path { get; init; }
    public JsonElement? Value { get; init; }
    public double? Min { get; init; }
    public double? Max { get; init; }
    public IReadOnlyList<Predicate>? Items { get; init; }
    public Predicate? Item { get; init; }
}

/// <summary>The one way to read a catalogue file: snake_case, comments allowed, unknown fields refused.</summary>
public static class CatalogueJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };
}
