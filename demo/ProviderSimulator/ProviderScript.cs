using System.Text.Json;
using System.Text.Json.Serialization;

namespace ControlPlane.ProviderSimulator;

/// <summary>How one provider behaves, as its file in <c>Providers/</c> says. Written from the provider's own documents,
/// not from the product's catalogue, so that each catches the other's errors.</summary>
public sealed record ProviderScript
{
    public required string Id { get; init; }

    /// <summary>What the real service listens on, for the reader.</summary>
    public string? RealBase { get; init; }
    public required IReadOnlyList<RouteScript> Routes { get; init; }
}

/// <summary>A route of the provider.</summary>
public sealed record RouteScript
{
    public string Method { get; init; } = "GET";

    /// <summary>Path behind <c>/{id}</c>; <c>{NAME}</c> matches one segment and is a credential part, <c>{name}</c>
    /// matches one segment and is none.</summary>
    public required string Path { get; init; }

    /// <summary>Query parameters that must be there with this very value, apart from credentials.</summary>
    public IReadOnlyDictionary<string, string> Query { get; init; } = new Dictionary<string, string>();

    /// <summary>Members of the JSON body that must be there with this very value.</summary>
    public IReadOnlyDictionary<string, string> Json { get; init; } = new Dictionary<string, string>();

    /// <summary>Headers the service insists on; a value of <c>*</c> means any.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the credentials stand, all of which must match one registered set of values.</summary>
    public required IReadOnlyList<CredentialScript> Credentials { get; init; }

    /// <summary>Name of a signing check done in code (<c>binance</c>, <c>coinbase</c>, <c>okx</c>, <c>bybit</c>, <c>aws</c>, ...), or null.</summary>
    public string? Signature { get; init; }

    /// <summary>Name of an answer worked out from the simulated market, which stands in for the scripted <c>active</c> one where there is a
    /// market (see <see cref="SimulatorOptions.Market"/>), or null.</summary>
    public string? Live { get; init; }

    /// <summary>Answers by key state: at least <c>active</c>, <c>unknown</c> (a key nobody knows) and <c>missing</c> (no key sent);
    /// where the provider has them <c>revoked</c>, <c>limited</c>, <c>billing</c>, <c>exhausted</c>, <c>wrong_environment</c>, <c>locked</c>, <c>rate_limited</c>.</summary>
    public required IReadOnlyDictionary<string, AnswerScript> Answers { get; init; }
}

/// <summary>Where a credential stands in the request, and how it is written there.</summary>
public sealed record CredentialScript
{
    /// <summary><c>header</c>, <c>query</c>, <c>path</c>, <c>basic</c>, <c>json</c> or <c>form</c>.</summary>
    public required string In { get; init; }

    /// <summary>Header, query parameter, path part, or member name.</summary>
    public string? Name { get; init; }

    /// <summary>How the value is written, for example <c>Bearer {TIINGO_API_KEY}</c> or, for basic, <c>{DATABENTO_API_KEY}:</c>.
    /// <c>{token}</c> is a token that a login route of this provider has given.</summary>
    public required string Format { get; init; }
    public bool Optional { get; init; }

    /// <summary>Other places or forms that the service takes as well, as official clients send them.</summary>
    public IReadOnlyList<CredentialScript> Or { get; init; } = [];
}

/// <summary>An answer.</summary>
public sealed record AnswerScript
{
    public int Status { get; init; } = 200;
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>A JSON body; <c>"{token}"</c> as a string value is replaced with a new token.</summary>
    public JsonElement? Json { get; init; }

    /// <summary>A body that is not JSON, with its content type.</summary>
    public string? Text { get; init; }
    public string ContentType { get; init; } = "application/json";
}

/// <summary>The one way to read a script.</summary>
public static class ProviderScriptJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };
}
