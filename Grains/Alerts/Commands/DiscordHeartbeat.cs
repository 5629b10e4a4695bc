namespace ControlPlane.Grains.Alerts.Commands;

/// <summary>Whether a heartbeat may follow: one that was not acknowledged ends the session.</summary>
internal sealed class DiscordHeartbeat
{
    private volatile bool _acknowledged = true;

    public void Acknowledged() => _acknowledged = true;

    /// <summary>False when the heartbeat before has not been acknowledged.</summary>
    public bool TryBeat()
    {
        if (!_acknowledged) return false;
        _acknowledged = false;
        return true;
    }
}
