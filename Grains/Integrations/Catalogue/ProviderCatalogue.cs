using System.Collections.Frozen;
using System.Collections.Immutable;
using ControlPlane.Grains.Usage;

namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>Every known provider, in the order of their ids. Immutable.</summary>
public sealed class ProviderCatalogue : IKnownProviders
{
    private readonly FrozenDictionary<string, ProviderDefinition> _byId;

    /// <exception cref="ArgumentException">Two definitions have the same id.</exception>
    public ProviderCatalogue(IEnumerable<ProviderDefinition> providers)
    {
        Providers = [.. providers.OrderBy(provider => provider.Id, StringComparer.Ordinal)];
        if (Providers.Select(provider => provider.Id).Distinct(StringComparer.Ordinal).Count() != Providers.Length)
            throw new ArgumentException("Provider ids must be unique.", nameof(providers));
        VariableNames = Providers.SelectMany(provider => provider.Variables).SelectMany(variable => variable.Aliases.Prepend(variable.Name)).ToFrozenSet(StringComparer.Ordinal);
        _byId = Providers.ToFrozenDictionary(provider => provider.Id, StringComparer.Ordinal);
    }

    public ImmutableArray<ProviderDefinition> Providers { get; }

    /// <summary>Every name and alias of a variable of any provider.</summary>
    public FrozenSet<string> VariableNames { get; }

    /// <summary>The provider with this id, or null.</summary>
    public ProviderDefinition? Find(string id) => _byId.GetValueOrDefault(id);

    public bool Knows(string provider) => _byId.ContainsKey(provider);
}
