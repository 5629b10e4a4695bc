namespace ControlPlane.Abstractions;

/// <summary>A kill for the holder of its switch. It may be delivered many times and is applied once.</summary>
/// <param name="BotId">Null for the system's kill switch.</param>
/// <param name="AskedAt">Wall clock of the node that was asked, for display.</param>
[GenerateSerializer, Immutable, Alias("cp.KillOrder")]
public sealed record KillOrder(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string? BotId,
    [property: Id(2)] string Reason,
    [property: Id(3)] Caller By,
    [property: Id(4)] DateTimeOffset AskedAt)
{
    /// <summary>What becomes of working orders at the brokers: <c>opening</c>, <c>all</c>, or null for nothing.</summary>
    [Id(5)] public string? CancelOpenOrders { get; init; }
}
