using System.Buffers;
using System.Net.Mime;
using System.Text.Json;

namespace ControlPlane.Api.Gateway;

/// <summary>Reads from a model's answer how many tokens it took and made. It knows the shapes of OpenAI and Anthropic, whole or as a stream of events.
/// What is not told stays unknown.</summary>
internal sealed class ModelTokens(string? mediaType)
{
    private const int LargestBody = 4 * 1024 * 1024;
    private const int LongestLine = 256 * 1024;

    private readonly bool _isStream = mediaType?.StartsWith(MediaTypeNames.Text.EventStream, StringComparison.OrdinalIgnoreCase) == true;
    private readonly ArrayBufferWriter<byte> _text = new();
    private bool _isTooLong;

    public long? Input { get; private set; }

    public long? Output { get; private set; }

    /// <summary>Takes a piece of the answer; an empty one ends it.</summary>
    public void Take(ReadOnlySpan<byte> piece)
    {
        if (_isStream) TakeLines(piece);
        else TakeBody(piece);
    }

    private void TakeBody(ReadOnlySpan<byte> piece)
    {
        if (_isTooLong) return;
        if (piece.IsEmpty)
        {
            Read(_text.WrittenMemory);
            _text.Clear();
            return;
        }

        _isTooLong = _text.WrittenCount + piece.Length > LargestBody;
        if (_isTooLong) _text.Clear();
        else _text.Write(piece);
    }

    private void TakeLines(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            var end = piece.IndexOf((byte)'\n');
            var part = end < 0 ? piece : piece[..end];
            _isTooLong |= _text.WrittenCount + part.Length > LongestLine;
            if (!_isTooLong) _text.Write(part);
            if (end < 0) return;
            if (!_isTooLong) TakeLine();
            _text.ResetWrittenCount();
            _isTooLong = false;
            piece = piece[(end + 1)..];
        }
    }

    private void TakeLine()
    {
        var line = _text.WrittenMemory;
        if (line.Span.StartsWith("data:"u8) && line.Span.IndexOf("\"usage\""u8) >= 0) Read(line[5..]);
    }

    private void Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return;

            // A stream begins with a count of what was not made yet.
            var begins = root.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("message_start"u8);
            if (UsageOf(root) is not { } usage) return;
            Input = Number(usage, "input_tokens") ?? Number(usage, "prompt_tokens") ?? Input;
            if (!begins) Output = Number(usage, "output_tokens") ?? Number(usage, "completion_tokens") ?? Output;
        }
        catch (JsonException)
        {
            // No JSON tells no tokens.
        }
    }

    /// <summary>At the top, or within the message or response that an event brings.</summary>
    private static JsonElement? UsageOf(JsonElement root)
    {
        foreach (var inner in (ReadOnlySpan<string>)["", "message", "response"])
        {
            var holder = root;
            if (inner.Length > 0 && (!root.TryGetProperty(inner, out holder) || holder.ValueKind != JsonValueKind.Object)) continue;
            if (holder.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object) return usage;
        }

        return null;
    }

    private static long? Number(JsonElement usage, string name) =>
        usage.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0 ? number : null;
}
