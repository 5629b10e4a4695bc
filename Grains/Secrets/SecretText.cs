using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ControlPlane.Grains.Secrets;

/// <summary>Turns what stands in a file or a variable into a value.</summary>
internal static class SecretText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The trimmed value, or false for a blank one.</summary>
    public static bool TryTrim(string? raw, [NotNullWhen(true)] out string? value)
    {
        value = raw?.Trim();
        return value is { Length: > 0 };
    }

    /// <exception cref="DecoderFallbackException">The bytes are no UTF-8.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes) => Strict.GetString(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);
}
