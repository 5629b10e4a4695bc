using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Risk.Seen;

/// <summary>Fees in the currency of an order's prices.</summary>
internal static class SeenFees
{
    /// <summary>A fee in a currency that nobody has a rate of makes the fill's price unknown, and with it what it realises.</summary>
    /// <param name="own">The bot's currency.</param>
    public static OrderSight InOwn(OrderSight sight, string symbol, string own, Currencies currencies)
    {
        if (sight is not { Fee: { } fee, FeeCurrency: { } currency } || fee == 0) return sight;
        var name = SymbolNames.Plain.Canonical(symbol);
        var rate = IsQuote(name, currency) ? 1 : IsBase(name, currency) ? sight.AveragePrice : currencies.Rate(currency, own);
        return Amounts.Times(fee, rate) is { } amount ? sight with { Fee = amount, FeeCurrency = null } : sight with { Fee = null, FeeCurrency = null, AveragePrice = null };
    }

    private static bool IsQuote(string symbol, string currency) => symbol.Length > currency.Length && symbol.EndsWith(currency, StringComparison.OrdinalIgnoreCase);

    private static bool IsBase(string symbol, string currency) => symbol.Length > currency.Length && symbol.StartsWith(currency, StringComparison.OrdinalIgnoreCase);
}
