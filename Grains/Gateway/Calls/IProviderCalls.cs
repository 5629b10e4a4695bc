using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Gateway.Calls;

/// <summary>The gateway's own calls to providers, with this node's keys. They are no use: nobody asked for them.</summary>
internal interface IProviderCalls
{
    /// <returns>The answer; null when this node can't make the call or a value of it is missing: nothing was sent.</returns>
    /// <param name="values">What templates are filled with besides the provider's variables.</param>
    /// <exception cref="Exception">The provider could not be reached, or did not answer whole in time.</exception>
    Task<ProviderReply?> SendAsync(ProviderDefinition provider, RequestDefinition request, IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken);

    /// <summary>Whether this node has the variables of the provider, whether or not it can call it now.</summary>
    bool IsConfigured(ProviderDefinition provider);

    /// <summary>Whether this node can call the provider now.</summary>
    bool Holds(ProviderDefinition provider);

    /// <summary><c>live</c>, <c>paper</c>, <c>testnet</c> or <c>demo</c>; null when that is not known.</summary>
    string? EnvironmentOf(ProviderDefinition provider);
}

/// <summary>A provider's whole answer. It may hold secrets: it is never kept or logged.</summary>
internal sealed record ProviderReply(int Status, string? ContentType, byte[] Body)
{
    public override string ToString() => $"ProviderReply {{ Status = {Status} }}";
}
