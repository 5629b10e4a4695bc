using Orleans.Concurrency;

namespace ControlPlane.Abstractions;

/// <summary>Sessions of the dashboard that were ended before their time, for every front end. Ids are random and open nothing by themselves. Key 0.
/// While its state can't be read it can't be called, and nobody can tell whether a session holds.</summary>
[Alias("cp.IEndedSessionsGrain")]
public interface IEndedSessionsGrain : IGrainWithIntegerKey
{
    /// <summary>Whether a session was ended.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:02"), Alias("IsEnded")]
    Task<bool> IsEnded(string sessionId, DateTimeOffset expiresAt);

    /// <summary>Ends every session that would end by itself at this moment or before. True when that is written.</summary>
    [ResponseTimeout("00:00:05"), Alias("EndAll")]
    Task<bool> EndAll(DateTimeOffset expiresUpTo);

    /// <summary>Ends a session at once. True when that is on disk; false when it is not yet. It holds in any case, and the write is
    /// retried.</summary>
    /// <param name="expiresAt">When the session would have ended by itself, after which it need not be remembered.</param>
    [ResponseTimeout("00:00:05"), Alias("End")]
    Task<bool> End(string sessionId, DateTimeOffset expiresAt);
}
