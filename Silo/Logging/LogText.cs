using System.Text.RegularExpressions;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Redaction;

namespace ControlPlane.Silo.Logging;

/// <summary>Makes a text fit for a log: no secret, no path or query of an address, one line, a bounded length.</summary>
internal sealed partial class LogText(Redactor redactor)
{
    /// <summary>Longest text of a log, in characters.</summary>
    public const int MaxLength = 32 * 1024;

    private const int MaxRead = 2 * MaxLength;

    public string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var redacted = redactor.Redact(text.Length > MaxRead ? text[..MaxRead] : text);
        var line = OneLine.Escape(WithoutPaths(redacted));
        return line.Length > MaxLength ? string.Concat(line.AsSpan(0, MaxLength), "...") : line;
    }

    private static string WithoutPaths(string text)
    {
        try
        {
            return text.Contains("://", StringComparison.Ordinal) ? Address().Replace(text, "${host}/...") : text;
        }
        catch (RegexMatchTimeoutException)
        {
            return Redactor.Failed;
        }
    }

    [GeneratedRegex("""(?<host>\b(?:https?|wss?)://[^\s/?#"'<>\\]+)[/?#][^\s"'<>]+""", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 2000)]
    private static partial Regex Address();
}
