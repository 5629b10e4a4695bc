using ControlPlane.Grains.Secrets.Redaction;

namespace ControlPlane.Grains.Secrets;

/// <summary>Replaces secrets in a text by <c>***</c>: First every registered value: whole or a piece of 12 or more characters, in any case, in
/// Base64, hex and behind layers of escapes. Then everything with the shape of a well-known key.</summary>
public sealed class Redactor(SecretRegistry registry)
{
    /// <summary>Stands for a text that could not be redacted.</summary>
    public const string Failed = "[redaction failed]";

    /// <summary>Never throws: a text that cannot be redacted is replaced as a whole. Redacting twice changes nothing more.</summary>
    public string Redact(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        try
        {
            return KeyShapes.Remove(ExactValues.Remove(text, registry.Index));
        }
#pragma warning disable CA1031 // Whatever went wrong, the text must not get out.
        catch (Exception)
#pragma warning restore CA1031
        {
            return Failed;
        }
    }
}
