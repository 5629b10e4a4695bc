namespace ControlPlane.Api.Session;

/// <summary>Sessions that were ended before their time. Ids are random and open nothing by themselves.</summary>
internal interface ISessionRevocations
{
    /// <summary>False when the session was ended, or when the list cannot be read.</summary>
    ValueTask<bool> HoldsAsync(string sessionId, CancellationToken cancellationToken);

    /// <summary>Ends a session here at once, and for good when it returns true; false when that could not be written.</summary>
    ValueTask<bool> RevokeAsync(string sessionId, DateTimeOffset expiresAt, CancellationToken cancellationToken);
}
