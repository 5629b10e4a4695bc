namespace ControlPlane.Grains.Risk;

/// <summary>Names of currencies.</summary>
public static class CurrencyNames
{
    public const string Rule = "2 to 12 capital letters and digits, such as EUR";

    public static bool IsValid(string? name) => name is { Length: >= 2 and <= 12 } && name.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));
}
