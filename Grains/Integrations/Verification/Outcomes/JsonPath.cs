using System.Globalization;
using System.Text.Json;

namespace ControlPlane.Grains.Integrations.Verification.Outcomes;

/// <summary>Dotted member names and array indexes, as in <c>error.0.code</c>.</summary>
internal static class JsonPath
{
    /// <summary>Null when nothing, or a JSON null, stands there.</summary>
    public static JsonElement? Find(JsonElement root, string? path)
    {
        var found = root;
        foreach (var part in (path ?? "").Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (found.ValueKind == JsonValueKind.Object && found.TryGetProperty(part, out var member))
                found = member;
            else if (found.ValueKind == JsonValueKind.Array
                && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index < found.GetArrayLength())
                found = found[index];
            else
                return null;
        }

        return found.ValueKind == JsonValueKind.Null ? null : found;
    }
}
