using System.Collections.Immutable;
using System.Text;

namespace ControlPlane.Grains.Risk.Symbols;

/// <summary>The canonical form in which symbols are compared: case, full width and separators do not count, then a bot's aliases apply.</summary>
public sealed class SymbolNames
{
    /// <summary>Longest symbol: addresses on chains and prediction markets included.</summary>
    public const int MaxLength = 128;
    private const string Separators = " /-_:.";
    private readonly ImmutableDictionary<string, string> _aliases;

    private SymbolNames(ImmutableDictionary<string, string> aliases) => _aliases = aliases;

    /// <summary>Without aliases.</summary>
    public static SymbolNames Plain { get; } = new(ImmutableDictionary<string, string>.Empty);

    public static SymbolNames For(ImmutableSortedDictionary<string, string>? aliases) => aliases is null || aliases.IsEmpty
        ? Plain
        : new(aliases.GroupBy(a => Fold(a.Key), StringComparer.Ordinal)
            .ToImmutableDictionary(g => g.Key, g => Fold(g.First().Value), StringComparer.Ordinal));

    public string Canonical(string symbol)
    {
        var folded = Fold(symbol);
        return _aliases.GetValueOrDefault(folded, folded);
    }

    /// <summary>The canonical forms, without aliases, of everything that this bot takes for the symbol: what others call it is stored so.</summary>
    public ImmutableArray<string> Keys(string symbol)
    {
        var canonical = Canonical(symbol);
        return [canonical, .. _aliases.Where(a => a.Value == canonical && a.Key != canonical).Select(a => a.Key)];
    }

    public bool Same(string a, string b) => Canonical(a) == Canonical(b);

    /// <summary>A symbol of nothing but separators stays as it is: it must not equal another one.</summary>
    private static string Fold(string symbol)
    {
        var text = new StringBuilder(symbol.Length);
        foreach (var c in Normalized(symbol))
        {
            if (!Separators.Contains(c, StringComparison.Ordinal)) text.Append(char.ToUpperInvariant(c));
        }

        return text.Length == 0 ? symbol : text.ToString();
    }

    // Text that is not Unicode is refused before it comes here; should it come all the same, it equals itself alone.
    private static string Normalized(string symbol)
    {
        if (Ascii.IsValid(symbol)) return symbol;
        try
        {
            return symbol.Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            return symbol;
        }
    }
}
