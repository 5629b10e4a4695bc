namespace ControlPlane.Contracts;

/// <summary>The process is alive. Says nothing about trading.</summary>
public sealed record HealthAnswer(string Status, string TraceId);

/// <summary>Whether this node can serve: a first snapshot of the gate is there and the store answers, also while BLOCKED.</summary>
public sealed record ReadinessAnswer(bool Ready, bool Snapshot, bool Store, string TraceId);
