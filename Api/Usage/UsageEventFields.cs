using System.Buffers;
using System.Globalization;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Api.Http;

namespace ControlPlane.Api.Usage;

/// <summary>The fields of an event while it is read.</summary>
internal struct UsageEventFields
{
    // Longer than any field may be: such a text is refused without being read into memory.
    private const int MaxTextBytes = 4096;

    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdef");

    private static readonly string[] s_names =
    [
        "event_id", "occurred_at", "user_id", "bot_id", "provider", "operation", "status", "http_status", "latency_ms", "trace_id", "error_code",
    ];

    private uint _seen;

    public Guid? EventId { get; private set; }
    public DateTimeOffset? OccurredAt { get; private set; }
    public string? UserId { get; private set; }
    public string? BotId { get; private set; }
    public string? Provider { get; private set; }
    public string? Operation { get; private set; }
    public UsageStatus? Status { get; private set; }
    public int? HttpStatus { get; private set; }
    public int? LatencyMs { get; private set; }
    public string? TraceId { get; private set; }
    public string? ErrorCode { get; private set; }

    /// <summary>The name of the field that the reader stands on, or null when it is none of ours.</summary>
    public static string? Known(ref Utf8JsonReader reader)
    {
        foreach (var name in s_names)
        {
            if (reader.ValueTextEquals(name)) return name;
        }

        return null;
    }

    /// <summary>Takes a field's value. Returns the rule that it breaks, or null.</summary>
    public string? Take(string field, ref Utf8JsonReader reader)
    {
        var bit = 1u << Array.IndexOf(s_names, field);
        if ((_seen & bit) != 0) return $"'{field}' stands there twice.";
        _seen |= bit;
        if (reader.TokenType == JsonTokenType.Null) return null;
        return field is "http_status" or "latency_ms" ? TakeNumber(field, ref reader) : TakeText(field, ref reader);
    }

    private string? TakeNumber(string field, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var number) || !double.IsFinite(number) || Math.Abs(number) > int.MaxValue)
            return $"'{field}' must be a number.";
        if (field == "latency_ms")
        {
            LatencyMs = (int)Math.Round(number, MidpointRounding.AwayFromZero);
            return null;
        }

        HttpStatus = (int)number;
        return number == HttpStatus ? null : $"'{field}' must be a whole number.";
    }

    private string? TakeText(string field, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > MaxTextBytes) return $"'{field}' must be a text of fitting length.";
        string text;
        try
        {
            text = reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return $"'{field}' holds text that is not Unicode.";
        }

        return TakeText(field, text);
    }

    private string? TakeText(string field, string text)
    {
        switch (field)
        {
            case "event_id":
                EventId = Guid.TryParseExact(text, "D", out var id) && id != Guid.Empty ? id : null;
                return EventId is null ? "'event_id' must be a UUID." : null;
            case "occurred_at":
                var read = Instants.TryParse(text, out var instant);
                OccurredAt = instant;
                return read ? null : "'occurred_at' must be an ISO 8601 instant with an offset.";
            case "status":
                Status = ParseStatus(text);
                return Status is null ? "'status' must be ok, error, timeout or rate_limited." : null;
            case "trace_id":
                TraceId = text.ToLower(CultureInfo.InvariantCulture);
                return TraceId.Length == 32 && !TraceId.AsSpan().ContainsAnyExcept(s_hex) ? null : "'trace_id' must be 32 hex characters.";
            case "provider":
                Provider = text;
                return null;
            case "operation":
                // What follows may hold a key: it is cut here, before anything else can see it.
                Operation = text.AsSpan().IndexOfAny('?', '#') is >= 0 and var cut ? text[..cut] : text;
                return null;
            case "user_id":
                UserId = text;
                return null;
            case "bot_id":
                BotId = text;
                return null;
            default:
                ErrorCode = text;
                return null;
        }
    }

    private static UsageStatus? ParseStatus(string text) => text switch
    {
        "ok" => UsageStatus.Ok,
        "error" => UsageStatus.Error,
        "timeout" => UsageStatus.Timeout,
        "rate_limited" => UsageStatus.RateLimited,
        _ => null,
    };
}
