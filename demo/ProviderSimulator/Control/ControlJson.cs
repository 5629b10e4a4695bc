using System.Text.Json;
using System.Text.Json.Serialization;

namespace ControlPlane.ProviderSimulator.Control;

/// <summary>How the control calls write and read JSON.</summary>
internal static class ControlJson
{
    public static JsonSerializerOptions Options { get; } = new(ProviderScriptJson.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };
}
