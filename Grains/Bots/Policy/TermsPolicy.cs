using System.Collections.Immutable;
using System.Globalization;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces.Policy;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Bots.Policy;

/// <summary>What an operator declares of a bot: how a change is merged, what is wrong with it, and whether it changes anything.</summary>
internal static class TermsPolicy
{
    private const int Most = 1_000;
    private const decimal LargestMultiplier = 1_000_000_000_000;

    /// <summary>Null when nothing is declared.</summary>
    public static BotTerms? Merge(BotTerms? before, BotTerms? changes)
    {
        if (changes is null) return before;
        var merged = new BotTerms
        {
            Instruments = changes.Instruments is { } instruments ? instruments.IsEmpty ? null : instruments : before?.Instruments,
            Aliases = changes.Aliases is { } aliases ? aliases.IsEmpty ? null : aliases : before?.Aliases,
            MayUse = changes.MayUse is { } mayUse ? mayUse.IsEmpty ? null : mayUse : before?.MayUse,
            Currency = changes.Currency ?? before?.Currency,
            StatesConfidence = (changes.StatesConfidence ?? before?.StatesConfidence) is false ? false : null,
        };
        return Same(merged, null) ? null : Same(merged, before) ? before : merged;
    }

    public static bool Same(BotTerms? one, BotTerms? other) => Parts(one).SequenceEqual(Parts(other), StringComparer.Ordinal);

    /// <summary>Every declared thing as one text, in order.</summary>
    public static IEnumerable<string> Parts(BotTerms? terms)
    {
        if (terms is null) yield break;
        foreach (var (symbol, instrument) in terms.Instruments ?? ImmutableSortedDictionary<string, Instrument>.Empty)
        {
            yield return $"instrument {symbol.Length}:{symbol} {Plain(instrument.Multiplier)}{(instrument.Rate is { } rate ? $" rate {Plain(rate)}" : "")}";
        }

        foreach (var (name, symbol) in terms.Aliases ?? ImmutableSortedDictionary<string, string>.Empty) yield return $"alias {name.Length}:{name} {symbol}";
        foreach (var provider in terms.MayUse ?? []) yield return $"may_use {provider}";
        if (terms.Currency is { } currency) yield return $"currency {currency}";
        if (terms.StatesConfidence is false) yield return "states_confidence false";
    }

    /// <summary>The rule that is broken, or null.</summary>
    public static string? Wrong(BotTerms? terms)
    {
        if (terms is null) return null;
        var instruments = terms.Instruments ?? ImmutableSortedDictionary<string, Instrument>.Empty;
        if (instruments.Count > Most || instruments.Any(i => !IsSymbol(i.Key) || i.Value is null || i.Value.Multiplier is <= 0 or > LargestMultiplier || i.Value.Rate is <= 0 or > LargestMultiplier))
            return $"'instruments' takes at most {Most} symbols of 1 to {SymbolNames.MaxLength} characters, each with a 'multiplier' (and, if any, a 'rate') above 0, to {LargestMultiplier}.";
        var aliases = terms.Aliases ?? ImmutableSortedDictionary<string, string>.Empty;
        if (aliases.Count > Most || aliases.Any(a => !IsSymbol(a.Key) || !IsSymbol(a.Value)))
            return $"'aliases' takes at most {Most} pairs of symbols of 1 to {SymbolNames.MaxLength} characters.";

        // An alias of an alias, or one name of two symbols, would make equal symbols unequal.
        var named = aliases.GroupBy(a => SymbolNames.Plain.Canonical(a.Key), a => SymbolNames.Plain.Canonical(a.Value), StringComparer.Ordinal).ToArray();
        var names = named.Select(n => n.Key).ToHashSet(StringComparer.Ordinal);
        if (named.Any(n => n.Distinct(StringComparer.Ordinal).Count() > 1 || n.Any(symbol => symbol != n.Key && names.Contains(symbol))))
            return "In 'aliases' a name stands for one symbol, and no alias for another alias.";
        return terms.Currency is null || CurrencyNames.IsValid(terms.Currency) ? null : $"'currency' must be {CurrencyNames.Rule}.";
    }

    // Without zeros at the end: 1.0 is 1.
    private static string Plain(decimal number) => (number / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    private static bool IsSymbol(string? symbol) => symbol is not null && TraceText.IsLine(symbol, SymbolNames.MaxLength);
}
