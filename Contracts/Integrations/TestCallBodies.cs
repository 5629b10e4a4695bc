namespace ControlPlane.Contracts;

/// <summary>One real call through the instrumented client, recorded as use by the bot <c>control-plane-test</c>.</summary>
/// <param name="Status"><c>ok</c>, <c>error</c>, <c>timeout</c> or <c>rate_limited</c>.</param>
public sealed record TestCallAnswer(string EventId, string Status, int? HttpStatus, int? LatencyMs, string TraceId);
