using Orleans.Concurrency;

namespace ControlPlane.Abstractions;

/// <summary>What an operator alone does to the system; the grain is that of <see cref="ISystemGateGrain"/>. Each act verifies its caller, and writes
/// its audit entry before anything loosens. Key 0.</summary>
[Alias("cp.ISystemAdminGrain")]
public interface ISystemAdminGrain : IGrainWithIntegerKey
{
    /// <summary>Releases the kill switch, once that is durable. Leases from before are fenced. Idempotent.</summary>
    [AlwaysInterleave, Alias("Release")]
    Task<ControlAnswer> Release(string reason, Caller by);

    /// <summary>Arms LIVE for a time, once that is durable.</summary>
    [AlwaysInterleave, Alias("ArmLive")]
    Task<ControlAnswer> ArmLive(TimeSpan duration, string reason, Caller by);

    /// <summary>Accepts the store as it is in spite of evidence against it, once that is durable. Every lease and every token of a bot from
    /// before is void. Idempotent.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:30"), Alias("ConfirmStore")]
    Task<ControlAnswer> ConfirmStore(string reason, TimeSpan sessionLifetime, Caller by);
}
