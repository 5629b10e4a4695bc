using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Usage;

/// <summary>The fields of an event while it is read, straight from the bytes of the body.</summary>
internal struct UsageEventFields
{
    // Longer than any field may be: such a text is refused without being read into memory.
    private const int MaxTextBytes = 4096;

    private const int TraceIdLength = 32;

    private static readonly SearchValues<byte> s_hex = SearchValues.Create("0123456789abcdef"u8);

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

    /// <summary>Takes a field's value. Returns the rule that it breaks, or null.</summary>
    public string? Take(UsageField field, ref Utf8JsonReader reader)
    {
        var bit = 1u << (int)field;
        if ((_seen & bit) != 0) return $"'{UsageFields.NameOf(field)}' stands there twice.";
        _seen |= bit;
        if (reader.TokenType == JsonTokenType.Null) return null;
        return field is UsageField.HttpStatus or UsageField.LatencyMs ? TakeNumber(field, ref reader) : TakeText(field, ref reader);
    }

    private string? TakeNumber(UsageField field, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Number) return $"'{UsageFields.NameOf(field)}' must be a number.";
        if (reader.TryGetInt32(out var whole) && whole != int.MinValue) return Keep(field, whole);
        if (!reader.TryGetDouble(out var number) || !double.IsFinite(number) || Math.Abs(number) > int.MaxValue) return $"'{UsageFields.NameOf(field)}' must be a number.";
        if (field == UsageField.LatencyMs) return Keep(field, (int)Math.Round(number, MidpointRounding.AwayFromZero));
        Keep(field, (int)number);
        return number == HttpStatus ? null : $"'{UsageFields.NameOf(field)}' must be a whole number.";
    }

    private string? Keep(UsageField field, int number)
    {
        if (field == UsageField.LatencyMs) LatencyMs = number;
        else HttpStatus = number;
        return null;
    }

    private string? TakeText(UsageField field, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > MaxTextBytes)
            return $"'{UsageFields.NameOf(field)}' must be a text of fitting length.";
        try
        {
            return reader.ValueIsEscaped ? TakeEscaped(field, ref reader) : TakeText(field, reader.ValueSpan);
        }
        catch (Exception e) when (e is InvalidOperationException or DecoderFallbackException)
        {
            return $"'{UsageFields.NameOf(field)}' holds text that is not Unicode.";
        }
    }

    private string? TakeEscaped(UsageField field, ref Utf8JsonReader reader)
    {
        // Never longer than its escapes.
        Span<byte> text = stackalloc byte[MaxTextBytes];
        return TakeText(field, text[..reader.CopyString(text)]);
    }

    private string? TakeText(UsageField field, ReadOnlySpan<byte> utf8)
    {
        switch (field)
        {
            case UsageField.EventId:
                EventId = ParseId(utf8);
                return EventId is null ? "'event_id' must be a UUID." : null;
            case UsageField.OccurredAt:
                var read = Instants.TryParse(utf8, out var instant);
                OccurredAt = instant;
                return read ? null : $"'occurred_at' must be {Instants.Rule}.";
            case UsageField.Status:
                Status = ParseStatus(utf8);
                return Status is null ? "'status' must be ok, error, timeout or rate_limited." : null;
            case UsageField.TraceId:
                TraceId = ParseTrace(utf8);
                return TraceId is null ? "'trace_id' must be 32 hex characters." : null;
            case UsageField.Provider:
                Provider = StringInterner.Shared.Get(utf8);
                return null;
            case UsageField.Operation:
                // What follows may hold a key: it is cut here, before anything else can see it.
                Operation = StringInterner.Shared.Get(utf8.IndexOfAny((byte)'?', (byte)'#') is >= 0 and var cut ? utf8[..cut] : utf8);
                return null;
            case UsageField.UserId:
                UserId = StringInterner.Shared.Get(utf8);
                return null;
            case UsageField.BotId:
                BotId = StringInterner.Shared.Get(utf8);
                return null;
            default:
                ErrorCode = StringInterner.Shared.Get(utf8);
                return null;
        }
    }

    private static Guid? ParseId(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length == 36 && Utf8Parser.TryParse(utf8, out Guid id, out var read, 'D') && read == 36) return id == Guid.Empty ? null : id;
        return Guid.TryParseExact(Encoding.UTF8.GetString(utf8), "D", out id) && id != Guid.Empty ? id : null;
    }

    private static string? ParseTrace(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length != TraceIdLength) return null;
        Span<byte> lower = stackalloc byte[TraceIdLength];
        return Ascii.ToLower(utf8, lower, out _) == OperationStatus.Done && !lower.ContainsAnyExcept(s_hex) ? Encoding.ASCII.GetString(lower) : null;
    }

    private static UsageStatus? ParseStatus(ReadOnlySpan<byte> utf8) =>
        utf8.SequenceEqual("ok"u8) ? UsageStatus.Ok
        : utf8.SequenceEqual("error"u8) ? UsageStatus.Error
        : utf8.SequenceEqual("timeout"u8) ? UsageStatus.Timeout
        : utf8.SequenceEqual("rate_limited"u8) ? UsageStatus.RateLimited
        : null;
}
