namespace ControlPlane.Abstractions;

/// <summary>One finished cycle of a bot: it looked at the market once. Counts never grow from left to right.</summary>
/// <param name="CycleId">Idempotency key within the bot, 1 to 100 characters.</param>
/// <param name="Signals">Signals found.</param>
/// <param name="SurvivedRisk">Of these, how many passed the risk check.</param>
/// <param name="Sent">Of these, how many orders were sent.</param>
/// <param name="Filled">Of these, how many were filled, as the bot reports it. Figures are counted from the trades instead.</param>
/// <param name="ReceivedAt">When the control plane received it. Not taken from a caller.</param>
[GenerateSerializer, Immutable, Alias("cp.CycleTrace")]
public sealed record CycleTrace(
    [property: Id(0)] string CycleId,
    [property: Id(1)] DateTimeOffset OccurredAt,
    [property: Id(2)] CycleEnd End,
    [property: Id(3)] int Signals,
    [property: Id(4)] int SurvivedRisk,
    [property: Id(5)] int Sent,
    [property: Id(6)] int Filled,
    [property: Id(7)] string? TraceId,
    [property: Id(8)] DateTimeOffset? ReceivedAt = null);
