using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Grains.Gates.Agreement;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Silo.Hosting.Settings;

namespace ControlPlane.Silo.Hosting;

/// <summary>Build and settings of this process, in a form that two processes can compare. Settings hold no secret: those come from elsewhere.</summary>
internal static class ConfigurationFingerprint
{
    /// <summary>The same for the same settings in whatever order; anything else differs.</summary>
    public static NodeConfiguration Of(SiloSettings settings)
    {
        var parts = new JsonObject
        {
            ["verify"] = Node(settings.Verify),
            ["gate"] = Node(settings.Gate),
            ["policy"] = Node(settings.Policy),
            ["runners"] = Node(settings.Runners),
            ["risk"] = Node(settings.Risk),
            ["usage"] = Node(settings.Usage),
            ["traces"] = Node(settings.Traces),
            ["autonomy"] = Node(settings.Autonomy),
            ["network"] = Node(settings.Network),
            ["alerts"] = Node(settings.Alerts.Fingerprint()),
            ["integrations"] = Node(settings.Integrations.ByProvider),
            ["catalogue"] = Node(settings.Catalogue.Providers),
        };
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text)) Write(parts, writer);
        return new(Version, Convert.ToHexStringLower(SHA256.HashData(text.ToArray())));
    }

    private static string Version { get; } =
        typeof(ConfigurationFingerprint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private static JsonNode? Node<T>(T value) => JsonSerializer.SerializeToNode(value, CatalogueJson.Options);

    /// <summary>Dictionaries have no order of their own, so their members are sorted.</summary>
    private static void Write(JsonNode? node, Utf8JsonWriter writer)
    {
        switch (node)
        {
            case JsonObject members:
                writer.WriteStartObject();
                foreach (var (name, value) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(name);
                    Write(value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (var item in items) Write(item, writer);
                writer.WriteEndArray();
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }
}
