using System.Collections.Immutable;

namespace ControlPlane.Abstractions;

/// <summary>Who says that a call was made.</summary>
public enum UsageSource
{
    /// <summary>Whoever made it.</summary>
    Reported = 0,

    /// <summary>The gateway, which it went through.</summary>
    Observed = 1,
}

/// <summary>One call that somebody made to a provider.</summary>
/// <param name="EventId">Idempotency key; a UUIDv7 is best.</param>
/// <param name="Operation">A route or method label, never a key: it is cut at <c>?</c>.</param>
/// <param name="LatencyMs">0 or more milliseconds.</param>
[GenerateSerializer, Immutable, Alias("cp.UsageEvent")]
public sealed record UsageEvent(
    [property: Id(0)] Guid EventId,
    [property: Id(1)] DateTimeOffset OccurredAt,
    [property: Id(2)] string? UserId,
    [property: Id(3)] string? BotId,
    [property: Id(4)] string Provider,
    [property: Id(5)] string Operation,
    [property: Id(6)] UsageStatus Status,
    [property: Id(7)] int? HttpStatus,
    [property: Id(8)] int? LatencyMs,
    [property: Id(9)] string? TraceId,
    [property: Id(10)] string? ErrorCode)
{
    [Id(20)] public UsageSource Source { get; init; }

    /// <summary>Input tokens of a model, where its answer has them; 0 or more.</summary>
    [Id(21)] public long? InputTokens { get; init; }

    /// <summary>Output tokens of a model, where its answer has them; 0 or more.</summary>
    [Id(22)] public long? OutputTokens { get; init; }
}

/// <summary>An hour of proof of use.</summary>
[GenerateSerializer, Immutable, Alias("cp.UsageHour")]
public sealed record UsageHour(
    [property: Id(0)] DateTimeOffset Start,
    [property: Id(1)] long Ok,
    [property: Id(2)] long Failed,
    [property: Id(3)] int? P50Ms,
    [property: Id(4)] int? P95Ms);

/// <summary>What one commit added for one provider.</summary>
/// <param name="CommitSequence">Position of the commit in the store: a window read at a sequence already holds every delta up to it.</param>
/// <param name="Seconds">Counts by second of <c>occurred_at</c>.</param>
/// <param name="LastUsedAt">Of what is not dated ahead; <see cref="DateTimeOffset.MinValue"/> when everything is.</param>
[GenerateSerializer, Immutable, Alias("cp.UsageDelta")]
public sealed record UsageDelta(
    [property: Id(0)] string Provider,
    [property: Id(1)] long CommitSequence,
    [property: Id(2)] ImmutableArray<UsageSecond> Seconds,
    [property: Id(3)] DateTimeOffset LastUsedAt,
    [property: Id(4)] string? LastUsedByBot)
{
    /// <summary>The same calls by bot and second. Empty from a silo of an older build.</summary>
    [Id(5)] public ImmutableArray<BotCalls> Bots { get; init; } = [];

    /// <summary>The commit has no number, because its answer was lost. Only a read of the store shows its events.</summary>
    public bool IsDoubt => CommitSequence == 0;

    public static UsageDelta Doubt(string provider) => new(provider, 0, [], DateTimeOffset.MinValue, null);
}

/// <summary>Calls within one second.</summary>
/// <param name="UnixSecond">Seconds since 1970-01-01 UTC, rounded down.</param>
/// <param name="Observed">Of the calls those that went through the gateway.</param>
[GenerateSerializer, Immutable, Alias("cp.UsageSecond")]
public readonly record struct UsageSecond(
    [property: Id(0)] long UnixSecond, [property: Id(1)] int Calls, [property: Id(2)] int Errors, [property: Id(3)] int Observed = 0);

/// <summary>Calls of one bot within one second.</summary>
/// <param name="BotId"><see cref="Unnamed"/> for calls that name no bot.</param>
/// <param name="Against">Calls that speak against the provider: transport faults, timeouts, 5xx, 429, 401 and 403.</param>
[GenerateSerializer, Immutable, Alias("cp.BotCalls")]
public readonly record struct BotCalls([property: Id(0)] string BotId, [property: Id(1)] long UnixSecond, [property: Id(2)] int Calls, [property: Id(3)] int Against)
{
    public const string Unnamed = "";

    /// <summary>Of the calls those that went through the gateway.</summary>
    [Id(4)] public int Observed { get; init; }

    /// <summary>Of these the calls that speak against the provider.</summary>
    [Id(5)] public int ObservedAgainst { get; init; }
}

/// <summary>Why one event of a call was not taken.</summary>
[GenerateSerializer, Immutable, Alias("cp.UsageRejection")]
public sealed record UsageRejection([property: Id(0)] int Index, [property: Id(1)] string Code, [property: Id(2)] string Message);

/// <summary>What became of the events of one call. Whatever is counted in <paramref name="Accepted"/> is on disk.</summary>
[GenerateSerializer, Immutable, Alias("cp.UsageReceipt")]
public sealed record UsageReceipt(
    [property: Id(0)] int Accepted,
    [property: Id(1)] int Duplicates,
    [property: Id(2)] ImmutableArray<UsageRejection> Rejected,
    [property: Id(3)] bool Full);
