using System.Text.RegularExpressions;

namespace ControlPlane.Grains.Integrations.Catalogue.Validation;

/// <summary>What names look like in a catalogue.</summary>
internal static partial class NamePatterns
{
    public static bool IsProviderId(string text) => ProviderId().IsMatch(text);

    public static bool IsVariable(string text) => Variable().IsMatch(text);

    public static bool IsCode(string text) => Code().IsMatch(text);

    public static bool IsHeader(string text) => Header().IsMatch(text);

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{1,39}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProviderId();

    [GeneratedRegex(@"\A[A-Z][A-Z0-9_]{1,63}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{1,49}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"\A[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Header();
}
