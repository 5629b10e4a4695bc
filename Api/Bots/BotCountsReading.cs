using ControlPlane.Abstractions;

namespace ControlPlane.Api.Bots;

/// <summary>Counts of bots as last read.</summary>
/// <param name="Value">Null when they could not be read.</param>
/// <param name="Failure">Why not.</param>
/// <param name="At">When they were read; or since when they could not be.</param>
internal sealed record BotCountsReading(BotCounts? Value, string? Failure, DateTimeOffset At)
{
    public static BotCountsReading Of(IReadOnlyCollection<BotView> bots, DateTimeOffset at)
    {
        var tiers = new int[Enum.GetValues<AutonomyTier>().Length];
        var counts = new int[Enum.GetValues<SystemStatus>().Length];
        var running = 0;
        foreach (var bot in bots)
        {
            tiers[(int)bot.Tier]++;
            counts[(int)bot.Readiness]++;
            if (bot.Runner.State == RunnerState.Running) running++;
        }

        return new(
            new BotCounts(bots.Count, running, counts[(int)SystemStatus.Ok], counts[(int)SystemStatus.Degraded], counts[(int)SystemStatus.Blocked], [.. tiers]),
            Failure: null,
            at);
    }

    public bool SameAs(BotCountsReading other) =>
        Failure == other.Failure && Value is null == other.Value is null
        && (Value is null || (Value with { ByTier = [] } == other.Value! with { ByTier = [] } && Value.ByTier.SequenceEqual(other.Value.ByTier)));
}
