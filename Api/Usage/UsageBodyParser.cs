using System.Text.Json;
using ControlPlane.Api.Http;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Usage;

/// <summary>Takes a body apart: one event, <c>{"events":[...]}</c>, or a line for each event.</summary>
internal static class UsageBodyParser
{
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = ControlPlaneJson.MaxDepth };

    /// <param name="ignored">Gets the names of unknown fields.</param>
    /// <exception cref="JsonException">The body is not JSON of either form.</exception>
    public static UsageBatch ParseJson(ReadOnlySpan<byte> body, DateTimeOffset now, IgnoredFields? ignored = null)
    {
        var batch = new UsageBatch();
        var reader = new Utf8JsonReader(WithoutBom(body), s_options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException();
        var fields = new UsageEventFields();
        string? broken = null;
        var many = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("events"u8))
            {
                if (many) throw new JsonException();
                many = true;
                reader.Read();
                if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException();
                ParseArray(ref reader, batch, now, ignored);
                if (batch.TooMany) return batch;
                continue;
            }

            var field = UsageFields.Read(ref reader);
            if (field == UsageField.None) ignored?.Add(ref reader);
            reader.Read();
            var wrong = field == UsageField.None ? null : fields.Take(field, ref reader);
            broken ??= wrong;
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) reader.Skip();
        }

        // Reads to the end: something behind the object makes the body malformed.
        while (reader.Read())
        {
        }

        if (!many) batch.AddOnly(UsageEventReader.Finish(fields, broken, now));
        return batch;
    }

    /// <summary>Lines are whole by themselves: one that is not JSON is rejected, the others count.</summary>
    public static UsageBatch ParseLines(ReadOnlySpan<byte> body, DateTimeOffset now, IgnoredFields? ignored = null)
    {
        var batch = new UsageBatch();
        body = WithoutBom(body);
        while (!body.IsEmpty && !batch.TooMany)
        {
            var end = body.IndexOf((byte)'\n');
            var line = (end < 0 ? body : body[..end]).Trim(" \t\r"u8);
            body = end < 0 ? [] : body[(end + 1)..];
            if (!line.IsEmpty) batch.Add(ParseLine(line, now, ignored));
        }

        return batch;
    }

    private static UsageEventRead ParseLine(ReadOnlySpan<byte> line, DateTimeOffset now, IgnoredFields? ignored)
    {
        try
        {
            var reader = new Utf8JsonReader(line, s_options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return new(null, "The line is not a JSON object.");
            var read = UsageEventReader.Read(ref reader, now, ignored);
            while (reader.Read())
            {
            }

            return read;
        }
        catch (Exception e) when (JsonFaults.IsMalformed(e))
        {
            return new(null, "The line is not JSON.");
        }
    }

    private static void ParseArray(ref Utf8JsonReader reader, UsageBatch batch, DateTimeOffset now, IgnoredFields? ignored)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                batch.Add(UsageEventReader.Read(ref reader, now, ignored));
            }
            else
            {
                batch.Add(new(null, "The event is not a JSON object."));
                reader.Skip();
            }

            if (batch.TooMany) return;
        }
    }

    private static ReadOnlySpan<byte> WithoutBom(ReadOnlySpan<byte> body) => body.StartsWith("\uFEFF"u8) ? body[3..] : body;
}
