namespace ControlPlane.Contracts;

/// <summary>Something recorded that carries a trace id.</summary>
/// <param name="Kind"><c>usage_event</c>, <c>verification</c>, <c>transition</c>, <c>audit</c> (an operator's), <c>decision</c>, <c>no_trade</c>,
/// <c>trade</c>, <c>cycle</c> or <c>order</c>.</param>
/// <param name="Id">Its own id where it has one.</param>
/// <param name="What">What it is about: the operation, the action, the subject, the order.</param>
/// <param name="Outcome">How it ended; null where that says nothing.</param>
public sealed record TraceRecordRow(
    string Kind,
    DateTimeOffset At,
    string? Provider,
    string? BotId,
    string? Id,
    string What,
    string? Detail,
    string? Outcome);
