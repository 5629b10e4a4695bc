namespace ControlPlane.Abstractions;

/// <summary>Something recorded that carries a trace id.</summary>
/// <param name="Kind">One of <see cref="TraceKinds"/>.</param>
/// <param name="Id">Its own id where it has one.</param>
/// <param name="What">What it is about, for example the operation, the action or the subject.</param>
/// <param name="Outcome">How it ended, in the contract's words; null where that says nothing.</param>
[GenerateSerializer, Immutable, Alias("cp.TraceRecord")]
public sealed record TraceRecord(
    [property: Id(0)] string Kind,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string? Provider,
    [property: Id(3)] string? BotId,
    [property: Id(4)] string? Id,
    [property: Id(5)] string What,
    [property: Id(6)] string? Detail,
    [property: Id(7)] string? Outcome);

/// <summary>The lists in which a trace id can stand.</summary>
public static class TraceKinds
{
    public const string UsageEvent = "usage_event";
    public const string Verification = "verification";
    public const string Transition = "transition";
    public const string Audit = "audit";
    public const string Decision = "decision";
    public const string NoTrade = "no_trade";
    public const string Trade = "trade";
    public const string Cycle = "cycle";
    public const string Order = "order";
}
