using System.Text.Json;

namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>An HTTP request with <c>{VARIABLE}</c> templates in path, query, headers and body values.</summary>
public sealed record RequestDefinition
{
    /// <summary>Of a verify that makes no HTTP request.</summary>
    public static RequestDefinition None { get; } = new() { Path = "" };

    public string Method { get; init; } = "GET";

    /// <summary>Path and query behind the base, starting with a slash. Templates are percent-encoded when filled in. Or one whole <c>{VARIABLE}</c>
    /// that holds an absolute address (webhooks). An override of the base then replaces its scheme and host.</summary>
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

    /// <summary>Base of a login that stands on another host than the probe; an override of the base replaces it too.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>What the login's answer tells about capabilities; it counts as long as its token does.</summary>
    public IReadOnlyList<FindingDefinition> Findings { get; init; } = [];

    /// <summary>Where the token stands in the answer, for example <c>accessToken</c>.</summary>
    public required string TokenPath { get; init; }

    /// <summary>Variable that may hold a token already; used before any login.</summary>
    public string? TokenVariable { get; init; }

    /// <summary>How long a token is used, in seconds.</summary>
    public required int TokenLifetimeS { get; init; }

    /// <summary>Rules for the login's answer; a <c>valid</c> here means that the probe goes on with the token.</summary>
    public required IReadOnlyList<OutcomeRule> Outcomes { get; init; }
}
