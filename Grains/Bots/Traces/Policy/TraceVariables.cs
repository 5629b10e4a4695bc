using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Bots.Traces.Policy;

/// <summary>A decision's variables as the stores keep them: one JSON object of numbers, texts and booleans.</summary>
public static class TraceVariables
{
    public static string ToJson(ImmutableSortedDictionary<string, TraceValue> variables)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in variables)
            {
                if (value.Number is { } number) writer.WriteNumber(name, number);
                else if (value.Flag is { } flag) writer.WriteBoolean(name, flag);
                else writer.WriteString(name, value.Text);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static ImmutableSortedDictionary<string, TraceValue> FromJson(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().ToImmutableSortedDictionary(
            p => p.Name,
            p => p.Value.ValueKind switch
            {
                JsonValueKind.Number => (TraceValue)p.Value.GetDouble(),
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => p.Value.GetString() ?? "",
            },
            StringComparer.Ordinal);
    }
}
