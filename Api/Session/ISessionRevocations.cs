namespace ControlPlane.Api.Session;

/// <summary>Sessions that were ended before their time. Ids are random and open nothing by themselves.</summary>
internal interface ISessionRevocations
{
    /// <summary>False when the session was revoked, or when that is unknown.</summary>
    /// <param name="strictly">True for what changes something: then only an answer of this moment counts.</param>
    ValueTask<bool> HoldsAsync(string sessionId, DateTimeOffset expiresAt, bool strictly, CancellationToken cancellationToken);

    /// <summary>Ends a session at once, and for good when it returns true; false when that could not be written.</summary>
    ValueTask<bool> RevokeAsync(string sessionId, DateTimeOffset expiresAt, CancellationToken cancellationToken);
}
