using System.Buffers.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>Recognises keys of a kind that can never do what their variable is for, by their looks alone.</summary>
internal static class WrongKindCheck
{
    /// <summary>The catalogue's hint, which holds none of the value; null when no wrong kind is recognised.</summary>
    public static string? Hint(VariableDefinition variable, string value)
    {
        if (variable.WrongKinds.Count == 0)
            return null;
        var text = value.Trim();
        return variable.WrongKinds.FirstOrDefault(kind => kind.Format is { } format ? Matches(format, text) : Claim(text, kind.Claim!) == kind.Value)?.Hint;
    }

    private static bool Matches(string format, string value)
    {
        try
        {
            return SecretFormatCheck.Compile(format).IsMatch(value);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    // The payload is only read, never trusted: what is recognised here can only be refused.
    private static string? Claim(string token, string name)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
            return null;
        try
        {
            using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            return payload.RootElement.ValueKind == JsonValueKind.Object && payload.RootElement.TryGetProperty(name, out var claim) && claim.ValueKind == JsonValueKind.String
                ? claim.GetString()
                : null;
        }
        catch (Exception unreadable) when (unreadable is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
