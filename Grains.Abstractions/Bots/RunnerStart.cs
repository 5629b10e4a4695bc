namespace ControlPlane.Abstractions;

/// <summary>A runner asks to be started.</summary>
/// <param name="Mode">Null takes the registered one.</param>
/// <param name="ReduceOnly">A start under which only exits and cancels pass. It is never paced, and a bot that holds or may hold a position gets it while BLOCKED.</param>
/// <param name="Address">Where the request came from, as far as it is known; starts from an unknown address are not paced.</param>
[GenerateSerializer, Immutable, Alias("cp.RunnerStart")]
public sealed record RunnerStart(
    [property: Id(0)] string RunnerId,
    [property: Id(1)] TradingMode? Mode,
    [property: Id(2)] bool ReduceOnly = false,
    [property: Id(3)] string? Address = null);

/// <summary>Starts with the least that they need.</summary>
public static class RunnerStarts
{
    public static Task<StartAnswer> Start(this IBotGrain bot, string runnerId, TradingMode? mode, Caller by) => bot.Start(new RunnerStart(runnerId, mode), by);
}

/// <summary>What is wrong with a bot's runner, for its readiness.</summary>
/// <param name="LostSince">When it was found that the lease had run out without a stop; null when it has not.</param>
/// <param name="LostHolding">True when the lost runner's bot holds a position, or may hold one.</param>
/// <param name="Unsettled">True while a lease that ended is not yet on record as ended.</param>
/// <param name="RestartingForMs">How long the restarts still count; 0 without.</param>
/// <param name="TwoAddresses">True when one runner id starts from two addresses in turn.</param>
[GenerateSerializer, Immutable, Alias("cp.RunnerTrouble")]
public sealed record RunnerTrouble(
    [property: Id(0)] DateTimeOffset? LostSince,
    [property: Id(1)] bool LostHolding,
    [property: Id(2)] bool Unsettled,
    [property: Id(3)] long RestartingForMs = 0,
    [property: Id(4)] bool TwoAddresses = false,
    [property: Id(5)] DateTimeOffset? RestartingSince = null)
{
    public static RunnerTrouble None { get; } = new(null, false, false);
}
