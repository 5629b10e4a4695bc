using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Losses;

namespace ControlPlane.Grains.Risk;

/// <summary>The table <c>bot_activity</c>, one row a bot that has recorded anything, and the figures of its trades. It is kept in the transactions
/// of its traces.</summary>
public interface IBotActivityStore
{
    /// <summary>Null for a bot that has recorded nothing.</summary>
    /// <param name="from">Begin of the window of the trades.</param>
    Task<BotActivity?> ReadAsync(string botId, DateTimeOffset from, CancellationToken cancellationToken);

    /// <summary>Every bot that has recorded anything, in one go.</summary>
    Task<ImmutableDictionary<string, BotActivity>> ReadAllAsync(DateTimeOffset from, CancellationToken cancellationToken);
}

/// <summary>What a bot has been doing.</summary>
/// <param name="Trades">Trades opened within the window.</param>
/// <param name="Realised">Profit and loss realised within the window, by currency; empty without any.</param>
/// <param name="Cycles">All cycles ever recorded.</param>
/// <param name="CyclesSinceSignal">Cycles since the last one with a signal; all when there never was one.</param>
/// <param name="Gaps">How many of its last gaps between signals are known, at most the number that is kept.</param>
/// <param name="GapP95">Their 95th percentile by nearest rank, in cycles; null without a gap.</param>
public sealed record BotActivity(
    DateTimeOffset? LastDecisionAt,
    long Trades,
    ImmutableArray<RealisedPart> Realised,
    DateTimeOffset? LastCycleAt,
    long Cycles,
    long CyclesSinceSignal,
    DateTimeOffset? LastSignalAt,
    int Gaps,
    long? GapP95);
