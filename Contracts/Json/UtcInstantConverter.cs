using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>Instants as <c>2026-11-22T20:00:00.123Z</c>: UTC, milliseconds, a final Z. Reads what <see cref="Instants"/> takes:
/// an instant without a zone is refused, never taken as the time of the host.</summary>
public sealed class UtcInstantConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Room for an instant each of whose characters is escaped.</summary>
    private const int MaxEscaped = 256;

    /// <exception cref="JsonException">The value is no instant with a zone.</exception>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
        if (reader.TokenType == JsonTokenType.String && length <= MaxEscaped)
        {
            Span<byte> text = stackalloc byte[MaxEscaped];
            if (Instants.TryParse(text[..reader.CopyString(text)], out var instant)) return instant!.Value;
        }

        throw new JsonException($"Expected {Instants.Rule}.");
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[24];
        value.UtcDateTime.TryFormat(text, out var length, Format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
    }
}
