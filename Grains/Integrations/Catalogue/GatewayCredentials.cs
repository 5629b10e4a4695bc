namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>A place where an SDK puts its key. Exactly one of header, query and basic is set.</summary>
public sealed record CredentialSlotDefinition
{
    /// <summary>Name of a header.</summary>
    public string? Header { get; init; }

    /// <summary>What stands in front of the key in the header, such as <c>Bearer </c>.</summary>
    public string? Prefix { get; init; }

    /// <summary>Name of a query parameter.</summary>
    public string? Query { get; init; }

    /// <summary><c>username</c> or <c>password</c> of HTTP Basic.</summary>
    public string? Basic { get; init; }
}

/// <summary>How our key goes into a call.</summary>
public sealed record CredentialDefinition
{
    /// <summary>Header name to template.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Query parameter to template.</summary>
    public IReadOnlyDictionary<string, string> Query { get; init; } = new Dictionary<string, string>();

    public BasicAuthDefinition? Basic { get; init; }

    /// <summary>Name of a signing scheme: the SDK's own signature is replaced.</summary>
    public string? Signer { get; init; }

    /// <summary>Variables to sign with, key id, secret and passphrase from the front, where they are not those of the verify.</summary>
    public IReadOnlyList<string> Requires { get; init; } = [];

    /// <summary>Beginnings of paths that the provider serves to everybody: signed only when the SDK has signed them.</summary>
    public IReadOnlyList<string> Open { get; init; } = [];
}

/// <summary>The provider's own error body: <c>{code}</c> and <c>{message}</c> are filled in.</summary>
public sealed record ErrorShapeDefinition
{
    public required System.Text.Json.JsonElement Json { get; init; }
}
