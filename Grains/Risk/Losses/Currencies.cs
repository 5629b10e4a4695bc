using System.Collections.Immutable;

namespace ControlPlane.Grains.Risk.Losses;

/// <summary>Which currencies add up, and by which rates.</summary>
internal sealed class Currencies(RiskOptions options)
{
    private readonly ImmutableHashSet<string> _same = [.. options.SameCurrencies];

    public string Default => options.Currency;

    /// <summary>The sum in a currency, or null when a part of it is not known. Such a part is a trade without a result, or a currency without a rate.</summary>
    /// <param name="own">The bot's currency: of trades that name none, and of the sum. Null takes the default.</param>
    public decimal? Sum(IEnumerable<RealisedPart> parts, string? own)
    {
        decimal? sum = 0;
        foreach (var part in parts)
        {
            var into = Rate(part.Currency is RealisedPart.OfSums ? Default : part.Currency ?? own ?? Default, own ?? Default);
            sum = part.Unknown > 0 ? null : Amounts.Plus(sum, part.Pnl == 0 ? 0 : Amounts.Times(part.Pnl, into));
            if (sum is null) return null;
        }

        return sum;
    }

    /// <summary>What one unit of a currency is in another; null when nobody knows.</summary>
    public decimal? Rate(string from, string to)
    {
        if (IsSame(from, to)) return 1;
        return (ToDefault(from), ToDefault(to)) is ({ } a, { } b) ? a / b : null;
    }

    /// <summary>True for one currency, and for those that count as one.</summary>
    public bool IsSame(string one, string other) => one == other || (_same.Contains(one) && _same.Contains(other));

    private decimal? ToDefault(string currency) =>
        currency == Default || (_same.Contains(currency) && _same.Contains(Default)) ? 1
        : options.Rates.TryGetValue(currency, out var rate) ? rate
        : null;
}
