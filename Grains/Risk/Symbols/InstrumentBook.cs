using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Losses;

namespace ControlPlane.Grains.Risk.Symbols;

/// <summary>A bot's symbols as its registration declares them.</summary>
internal sealed class InstrumentBook
{
    private readonly ImmutableDictionary<string, decimal> _multipliers;
    private readonly ImmutableDictionary<string, decimal> _rates;

    public InstrumentBook(BotTerms? terms)
    {
        Terms = terms;
        Names = SymbolNames.For(terms?.Aliases);
        _multipliers = (terms?.Instruments ?? ImmutableSortedDictionary<string, Instrument>.Empty)
            .GroupBy(i => Names.Canonical(i.Key), i => i.Value.Multiplier, StringComparer.Ordinal)
            .ToImmutableDictionary(g => g.Key, g => g.Max(), StringComparer.Ordinal);
        _rates = (terms?.Instruments ?? ImmutableSortedDictionary<string, Instrument>.Empty)
            .Where(i => i.Value.Rate is not null)
            .GroupBy(i => Names.Canonical(i.Key), i => i.Value.Rate!.Value, StringComparer.Ordinal)
            .ToImmutableDictionary(g => g.Key, g => g.Max(), StringComparer.Ordinal);
    }

    public static InstrumentBook Plain { get; } = new(null);

    public BotTerms? Terms { get; }

    public SymbolNames Names { get; }

    /// <summary>Whether the registration tells the multiplier.</summary>
    public bool Knows(string symbol) => _multipliers.ContainsKey(Names.Canonical(symbol));

    /// <summary>1 for a symbol that is not declared.</summary>
    public decimal Multiplier(string symbol) => _multipliers.GetValueOrDefault(Names.Canonical(symbol), 1);

    /// <summary>What one unit of the currency of a result is in the currency of the sums. Null where nobody declared it, or it counts as the bot's
    /// own.</summary>
    public decimal? Rate(string symbol, string? currency, Currencies currencies) =>
        currency is not null && !currencies.IsSame(currency, Terms?.Currency ?? currencies.Default) && _rates.TryGetValue(Names.Canonical(symbol), out var rate) ? rate : null;
}
