using System.Collections.Immutable;
using Orleans.Concurrency;

namespace ControlPlane.Abstractions;

/// <summary>A shard of the list of bots, so that counts and listings need no call to every bot. Keys 0 to <see cref="ShardCount"/> - 1.</summary>
[Alias("cp.IBotDirectoryGrain")]
public interface IBotDirectoryGrain : IGrainWithIntegerKey
{
    public const int ShardCount = 8;

    /// <summary>A bot reports a change; a smaller version of the same activation is ignored.</summary>
    [Alias("Upsert")]
    Task Upsert(BotDirectoryRow row);

    /// <summary>A bot was deleted; what the same activation had sent before is ignored from then on.</summary>
    [Alias("Remove")]
    Task Remove(string botId, Guid activation, long version);

    [AlwaysInterleave, Alias("List")]
    Task<ImmutableArray<BotView>> List();

    /// <summary>The bots of these ids; an id that is not in this shard is left out.</summary>
    [AlwaysInterleave, Alias("Find")]
    Task<ImmutableArray<BotView>> Find(ImmutableArray<string> botIds);

    [AlwaysInterleave, Alias("Count")]
    Task<BotCounts> Count();

    /// <summary>Bots whose lease has run out, or whose start never came alive, by this shard's clock.</summary>
    [AlwaysInterleave, Alias("FindExpired")]
    Task<ImmutableArray<string>> FindExpired(bool starts);

    /// <summary>Bots whose runner was lost while they held a position, or may have.</summary>
    [AlwaysInterleave, Alias("FindLostHolding")]
    Task<ImmutableArray<string>> FindLostHolding();
}

/// <summary>A bot's own facts. The reader evaluates readiness from the gate at that moment.</summary>
/// <param name="Gate">The bot's report to the gate; null without a lease.</param>
/// <param name="Generation">Of the bot's own token; 0 before the bot has reported.</param>
[GenerateSerializer, Immutable, Alias("cp.BotDirectoryRow")]
public sealed record BotDirectoryRow(
    [property: Id(0)] string BotId,
    [property: Id(1)] Guid Activation,
    [property: Id(2)] long Version,
    [property: Id(3)] BotSpec Spec,
    [property: Id(4)] AutonomyTier Tier,
    [property: Id(5)] RunnerView Runner,
    [property: Id(6)] KillSwitch Kill,
    [property: Id(7)] LiveTrading Live,
    [property: Id(8)] long LeaseValidForMs,
    [property: Id(9)] long StartValidForMs,
    [property: Id(10)] double? Score = null,
    [property: Id(11)] RunnerTrouble? Trouble = null,
    [property: Id(12)] BotGateReport? Gate = null,
    [property: Id(13)] long Generation = 0)
{
    /// <summary>Null for a bot from before it was kept.</summary>
    [Id(50)] public DateTimeOffset? RegisteredAt { get; init; }
}

/// <summary>Counts of bots by tier and readiness.</summary>
[GenerateSerializer, Immutable, Alias("cp.BotCounts")]
public sealed record BotCounts(
    [property: Id(0)] int Total,
    [property: Id(1)] int Running,
    [property: Id(2)] int Ok,
    [property: Id(3)] int Degraded,
    [property: Id(4)] int Blocked,
    [property: Id(5)] ImmutableArray<int> ByTier)
{
    public static BotCounts None { get; } = new(0, 0, 0, 0, 0, [0, 0, 0, 0, 0]);

    public BotCounts Plus(BotCounts other) => new(
        Total + other.Total,
        Running + other.Running,
        Ok + other.Ok,
        Degraded + other.Degraded,
        Blocked + other.Blocked,
        [.. ByTier.Zip(other.ByTier, (a, b) => a + b)]);
}
