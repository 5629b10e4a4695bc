namespace ControlPlane.Contracts;

/// <summary>Validity of the gate's decision at this moment, as in <see cref="HubHeartbeat"/> and the stream's <c>heartbeat</c>.</summary>
/// <param name="ValidForMs">How long the node's gate lease still runs; 0 when it has run out and nothing may be shown as OK.</param>
public sealed record LiveHeartbeatBody(long Epoch, long Version, long ValidForMs, DateTimeOffset? ValidUntil, DateTimeOffset At);
