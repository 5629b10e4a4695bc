using System.Diagnostics;

namespace ControlPlane.Grains.Secrets;

/// <summary>A secret value that cannot print itself. It has no serializer, no equality by value and no conversion to a string except
/// <see cref="Reveal"/>. Only the code that builds a provider's own request may call that.</summary>
[DebuggerDisplay("***")]
public sealed class Secret(string value)
{
    /// <summary>What stands in place of a value wherever one would be printed.</summary>
    public const string Redacted = "***";

    private readonly string _value = value;

    /// <summary>Number of characters.</summary>
    public int Length => _value.Length;

    /// <summary>The value itself, for a request to its own provider.</summary>
    public string Reveal() => _value;

    /// <summary>Eight bullets, and the last four characters of a value of 12 characters or more.</summary>
    public string Masked() => Mask(_value);

    /// <summary>The most that ever leaves the process about a value.</summary>
    public static string Mask(string value) =>
        value.Length >= 12 ? string.Concat("••••••••", value.AsSpan(value.Length - 4)) : "••••••••";

    public override string ToString() => Redacted;
}
