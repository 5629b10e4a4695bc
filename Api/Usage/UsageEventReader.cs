using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Api.Http;

namespace ControlPlane.Api.Usage;

/// <summary>An event as read, or the rule that it breaks.</summary>
internal readonly record struct UsageEventRead(UsageEvent? Event, string? Broken);

/// <summary>Reads one event straight from the bytes of the body. A field of the wrong form rejects the event, not the call.</summary>
internal static class UsageEventReader
{
    private const int MaxText = UsageLimits.MaxText;
    private const int MaxOperation = UsageLimits.MaxOperation;
    private const int MaxLatencyMs = UsageLimits.MaxLatencyMs;

    /// <summary>Reads the object that the reader stands on; leaves it on the object's end.</summary>
    public static UsageEventRead Read(ref Utf8JsonReader reader, DateTimeOffset now, IgnoredFields? ignored = null)
    {
        var fields = new UsageEventFields();
        string? broken = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = UsageFields.Read(ref reader);
            if (field == UsageField.None) ignored?.Add(ref reader);
            reader.Read();
            var wrong = field == UsageField.None ? null : fields.Take(field, ref reader);
            broken ??= wrong;

            // Whatever stood there, an object or array is passed as a whole.
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) reader.Skip();
        }

        return Finish(fields, broken, now);
    }

    /// <summary>The event of the fields taken so far.</summary>
    public static UsageEventRead Finish(in UsageEventFields fields, string? broken, DateTimeOffset now)
    {
        broken ??= Check(fields);
        if (broken is not null) return new(null, broken);
        return new(
            new UsageEvent(
                fields.EventId ?? Guid.CreateVersion7(now),
                fields.OccurredAt ?? now,
                fields.UserId,
                fields.BotId,
                fields.Provider!,
                fields.Operation!,
                fields.Status!.Value,
                fields.HttpStatus,
                fields.LatencyMs,
                fields.TraceId,
                fields.ErrorCode),
            null);
    }

    private static string? Check(in UsageEventFields fields)
    {
        if (!TextRules.IsText(fields.Provider, MaxText)) return "'provider' is required: the id of an integration.";
        if (!TextRules.IsText(fields.Operation, MaxOperation)) return $"'operation' is required: 1 to {MaxOperation} characters of {TextRules.TextRule}.";
        if (fields.Status is null) return "'status' is required: ok, error, timeout or rate_limited.";
        if (!IsOptional(fields.UserId)) return Text("user_id");
        if (!IsOptional(fields.BotId)) return Text("bot_id");
        if (!IsOptional(fields.ErrorCode)) return Text("error_code");
        if (fields.HttpStatus is < 100 or > 599) return "'http_status' must be from 100 to 599.";
        if (fields.LatencyMs is < 0 or > MaxLatencyMs) return $"'latency_ms' must be from 0 to {MaxLatencyMs}.";
        return null;
    }

    private static bool IsOptional(string? text) => text is null || TextRules.IsText(text, MaxText);

    private static string Text(string field) => $"'{field}' must be 1 to {MaxText} characters of {TextRules.TextRule}.";
}
