using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>A number that is kept as it was sent, or refused. One with more digits than a decimal has would be rounded silently.</summary>
public sealed class ExactNumberConverter : JsonConverter<decimal?>
{
    private const int MaxDigits = 28;

    public override decimal? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number) throw new JsonException();
        var text = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan.ToArray();
        if (!reader.TryGetDecimal(out var value) || !IsExact(text)) throw new JsonException();
        return value;
    }

    public override void Write(Utf8JsonWriter writer, decimal? value, JsonSerializerOptions options)
    {
        if (value is { } number) writer.WriteNumberValue(number);
        else writer.WriteNullValue();
    }

    private static bool IsExact(ReadOnlySpan<byte> text)
    {
        int digits = 0, zeros = 0, decimals = 0, exponent = 0;
        var fraction = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is (byte)'e' or (byte)'E')
            {
                if (!int.TryParse(text[(i + 1)..], out exponent)) return false;
                break;
            }

            if (c == (byte)'.') fraction = true;
            if (c is < (byte)'0' or > (byte)'9') continue;
            if (fraction) decimals++;

            // Zeros at the front are no digits, and those at the end only once another digit follows.
            if (c == (byte)'0')
            {
                if (digits > 0) zeros++;
                continue;
            }

            digits += zeros + 1;
            zeros = 0;
        }

        // Of the decimals those that are zeros at the end need no place.
        return digits <= MaxDigits && decimals - Math.Min(zeros, decimals) - exponent <= MaxDigits;
    }
}
