using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Symbols;

/// <summary>A bot's symbols as its registration declares them.</summary>
internal sealed class InstrumentBook
{
    private readonly ImmutableDictionary<string, decimal> _multipliers;

    public InstrumentBook(BotTerms? terms)
    {
        Terms = terms;
        Names = SymbolNames.For(terms?.Aliases);
        _multipliers = (terms?.Instruments ?? ImmutableSortedDictionary<string, Instrument>.Empty)
            .GroupBy(i => Names.Canonical(i.Key), i => i.Value.Multiplier, StringComparer.Ordinal)
            .ToImmutableDictionary(g => g.Key, g => g.Max(), StringComparer.Ordinal);
    }

    public static InstrumentBook Plain { get; } = new(null);

    public BotTerms? Terms { get; }

    public SymbolNames Names { get; }

    /// <summary>Whether the registration tells the multiplier.</summary>
    public bool Knows(string symbol) => _multipliers.ContainsKey(Names.Canonical(symbol));

    /// <summary>1 for a symbol that is not declared.</summary>
    public decimal Multiplier(string symbol) => _multipliers.GetValueOrDefault(Names.Canonical(symbol), 1);
}
