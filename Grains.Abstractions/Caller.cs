namespace ControlPlane.Abstractions;

/// <summary>Who asks, for the audit log and for transitions: never a credential.</summary>
/// <param name="Name">A person's or program's name as far as it is known, for example <c>operator</c>.</param>
/// <param name="Role"><c>viewer</c>, <c>runner</c>, <c>operator</c> or <c>system</c>.</param>
/// <param name="TraceId">The W3C trace id of the request, 32 lower-case hex characters.</param>
[GenerateSerializer, Immutable, Alias("cp.Caller")]
public sealed record Caller([property: Id(0)] string Name, [property: Id(1)] string Role, [property: Id(2)] string TraceId)
{
    /// <summary>The control plane itself, acting on a schedule.</summary>
    public static Caller System(string traceId) => new("control-plane", "system", traceId);
}
