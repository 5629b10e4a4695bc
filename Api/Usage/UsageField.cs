using System.Text.Json;

namespace ControlPlane.Api.Usage;

/// <summary>The fields of an event that mean something.</summary>
internal enum UsageField
{
    None = 0,
    EventId,
    OccurredAt,
    UserId,
    BotId,
    Provider,
    Operation,
    Status,
    HttpStatus,
    LatencyMs,
    TraceId,
    ErrorCode,
}

/// <summary>Their names.</summary>
internal static class UsageFields
{
    /// <summary>In the order of <see cref="UsageField"/>.</summary>
    private static readonly string[] s_names =
    [
        "", "event_id", "occurred_at", "user_id", "bot_id", "provider", "operation", "status", "http_status", "latency_ms", "trace_id", "error_code",
    ];

    public static string NameOf(UsageField field) => s_names[(int)field];

    /// <summary>The field whose name the reader stands on, escaped or not; <see cref="UsageField.None"/> when it is none of ours.</summary>
    public static UsageField Read(ref Utf8JsonReader reader) => reader.ValueIsEscaped || reader.HasValueSequence ? ReadEscaped(ref reader) : Of(reader.ValueSpan);

    private static UsageField Of(ReadOnlySpan<byte> name) => name.Length switch
    {
        6 when name.SequenceEqual("bot_id"u8) => UsageField.BotId,
        6 when name.SequenceEqual("status"u8) => UsageField.Status,
        7 when name.SequenceEqual("user_id"u8) => UsageField.UserId,
        8 when name.SequenceEqual("event_id"u8) => UsageField.EventId,
        8 when name.SequenceEqual("provider"u8) => UsageField.Provider,
        8 when name.SequenceEqual("trace_id"u8) => UsageField.TraceId,
        9 when name.SequenceEqual("operation"u8) => UsageField.Operation,
        10 when name.SequenceEqual("latency_ms"u8) => UsageField.LatencyMs,
        10 when name.SequenceEqual("error_code"u8) => UsageField.ErrorCode,
        11 when name.SequenceEqual("occurred_at"u8) => UsageField.OccurredAt,
        11 when name.SequenceEqual("http_status"u8) => UsageField.HttpStatus,
        _ => UsageField.None,
    };

    private static UsageField ReadEscaped(ref Utf8JsonReader reader)
    {
        for (var field = UsageField.EventId; field <= UsageField.ErrorCode; field++)
        {
            if (reader.ValueTextEquals(NameOf(field))) return field;
        }

        return UsageField.None;
    }
}
