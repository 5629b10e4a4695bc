using System.Buffers;
using System.Text.Json;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Integrations.Verification.Requests;

/// <summary>Fills the templates of a JSON body. A member that is one whole template of an absent variable is left out.</summary>
internal static class JsonBody
{
    public static byte[] Fill(JsonElement definition, TemplateValues values)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, definition, values);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element, TemplateValues values)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject().Where(member => !IsLeftOut(member.Value, values)))
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value, values);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray().Where(item => !IsLeftOut(item, values)))
                    Write(writer, item, values);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(values.Fill(element.GetString()!, CredentialText.FitsBody, static value => value));
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    private static bool IsLeftOut(JsonElement element, TemplateValues values) =>
        element.ValueKind == JsonValueKind.String
        && Template.Whole(element.GetString()!) is { } name
        && values.Find(name) is null;
}
