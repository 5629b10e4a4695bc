using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>One provider of the catalogue, as its file says. The catalogue is data: <c>Catalogue/Providers/*.json</c>, and the user's own files.</summary>
public sealed record ProviderDefinition
{
    /// <summary>Where an editor finds the schema of this file; read by nobody here.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>Lower-case id, <c>[a-z][a-z0-9_]{1,39}</c>. Unique.</summary>
    public required string Id { get; init; }
    public required string Name { get; init; }

    /// <summary><c>market_data</c>, <c>broker</c>, <c>llm</c>, <c>notification</c>, <c>storage</c> or <c>other</c>.</summary>
    public required string Category { get; init; }

    /// <summary>Scheme, host and path prefix of every call, without a final slash. It may be one whole <c>{VARIABLE}</c>, for providers whose
    /// address is the customer's own.</summary>
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

    /// <summary>How bots reach it through the gateway; null: by the rules of its category alone.</summary>
    public GatewayDefinition? Gateway { get; init; }

    /// <summary>Fields of a provider's facts that nobody has seen work; shown to nobody, kept for the next editor.</summary>
    public string? Remarks { get; init; }
}

/// <summary>A base URL chosen by a variable's value.</summary>
public sealed record BaseUrlChoice
{
    public required string Variable { get; init; }

    /// <summary>Value of the variable (compared without case) to base URL.</summary>
    public required IReadOnlyDictionary<string, string> Values { get; init; }

    /// <summary>For values that follow a rule, such as regions: the first whose form fits gives the base.</summary>
    public IReadOnlyList<BaseUrlPattern> Patterns { get; init; } = [];

    /// <summary>The base of a value; null for one that is not known.</summary>
    internal string? Find(string value)
    {
        var text = value.Trim();
        var named = Values.FirstOrDefault(pair => pair.Key.Equals(text, StringComparison.OrdinalIgnoreCase)).Value;
        return named ?? Patterns.FirstOrDefault(pattern => SecretFormatCheck.Compile(pattern.Format).IsMatch(text))?.BaseUrl.Replace("{value}", text, StringComparison.Ordinal);
    }
}

/// <summary>A base URL made from a value of a certain form.</summary>
public sealed record BaseUrlPattern
{
    /// <summary>A shape, as <see cref="VariableDefinition.Format"/>, anchored at both ends.</summary>
    public required string Format { get; init; }

    /// <summary>A base URL with <c>{value}</c> in its host.</summary>
    public required string BaseUrl { get; init; }
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

    /// <summary>True for a base that the bots' own libraries read. It is not what is verified, unless it names a host of the catalogue.</summary>
    public bool BotBase { get; init; }

    /// <summary>For an address that may be written short: what stands in for a scheme and a port that are not given.</summary>
    public ShortAddressDefinition? ShortAddress { get; init; }

    /// <summary>Which kinds of key can be used, for people who have to make another one: <c>an Ed25519 key or an HMAC key</c>.</summary>
    public string? KeyTypes { get; init; }

    /// <summary>Values that are good keys of another kind.</summary>
    public IReadOnlyList<WrongKindDefinition> WrongKinds { get; init; } = [];
}

/// <summary>What completes a short address.</summary>
public sealed record ShortAddressDefinition
{
    public required string Scheme { get; init; }
    public required int Port { get; init; }
}

/// <summary>A key that can never serve this variable, recognised by its form.</summary>
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
