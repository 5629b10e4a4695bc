namespace ControlPlane.Abstractions;

/// <summary>A recorded change of the system's status, a gate, a kill switch or LIVE.</summary>
/// <param name="Subject"><c>system</c>, a gate's name, <c>kill_switch</c> or <c>live_trading</c>; for a bot prefixed with <c>bot/{id}/</c>.</param>
/// <param name="Decision">The whole decision as JSON, so that a past moment can be shown as it stood.</param>
[GenerateSerializer, Immutable, Alias("cp.GateTransition")]
public sealed record GateTransition(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] long Epoch,
    [property: Id(2)] long Version,
    [property: Id(3)] string Subject,
    [property: Id(4)] string From,
    [property: Id(5)] string To,
    [property: Id(6)] string Reason,
    [property: Id(7)] string Message,
    [property: Id(8)] string? By,
    [property: Id(9)] string? TraceId,
    [property: Id(10)] string? Decision);
