using System.Globalization;

namespace ControlPlane.Dashboard.Components;

/// <summary>Numbers as a person reads them. A price of 0.00001234 keeps its digits, and no amount becomes 0 by rounding.</summary>
public static class Figures
{
    /// <summary>Digits of a price or a quantity that are shown; the exact value is in its title.</summary>
    public const int Digits = 8;

    /// <summary>Of a bot's own variables, which are often results of divisions.</summary>
    public const int VariableDigits = 6;

    private const char Minus = '\u2212';
    private const int MaxDecimals = 28;
    private const string Decimals = "############################";

    /// <summary>Every digit, with groups of thousands.</summary>
    public static string Exact(decimal value) => Text(value, MaxDecimals);

    /// <summary>So many significant digits, and always the whole part.</summary>
    public static string Rounded(decimal value, int digits = Digits) => Text(value, DecimalsFor(value, digits));

    /// <summary>The same for a number that is no decimal.</summary>
    public static string Rounded(double value, int digits = VariableDigits) =>
        Math.Abs(value) is < 1e27 and (0 or > 1e-20) ? Rounded((decimal)value, digits) : value.ToString("0.###E0", CultureInfo.InvariantCulture).Replace('-', Minus);

    /// <summary>Two numbers that are held against each other: they look equal only when they are.</summary>
    public static (string One, string Other) Apart(decimal one, decimal other, int digits = VariableDigits)
    {
        for (; digits < MaxDecimals; digits++)
        {
            var pair = (Rounded(one, digits), Rounded(other, digits));
            if (one == other || pair.Item1 != pair.Item2) return pair;
        }

        return (Exact(one), Exact(other));
    }

    /// <summary>With its sign, so that colour is never alone, and with its currency: <c>+12.40 USD</c>. Cents are rounded; less than a cent is told by its digits.</summary>
    public static string Money(decimal amount, string? currency)
    {
        var size = Math.Abs(amount);
        var text = size is 0 or >= 0.005m ? size.ToString("#,0.00", CultureInfo.InvariantCulture) : Rounded(size, 2);
        var sign = amount > 0 ? "+" : amount < 0 ? Minus.ToString() : "";
        return currency is null ? sign + text : $"{sign}{text} {currency}";
    }

    private static int DecimalsFor(decimal value, int digits)
    {
        if (value == 0) return 0;
        var leading = (int)Math.Floor(Math.Log10((double)Math.Abs(value)));
        return Math.Clamp(digits - 1 - leading, 0, MaxDecimals);
    }

    private static string Text(decimal value, int decimals)
    {
        var text = Math.Round(value, decimals, MidpointRounding.AwayFromZero).ToString("#,0." + Decimals[..decimals], CultureInfo.InvariantCulture);
        return text == "-0" ? "0" : text.Replace('-', Minus);
    }
}
