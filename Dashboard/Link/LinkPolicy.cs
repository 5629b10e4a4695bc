namespace ControlPlane.Dashboard.Link;

/// <summary>Decides how the page stands to the control plane.</summary>
public static class LinkPolicy
{
    /// <summary>No colour of OK is on the page for longer than this after a beat.</summary>
    public static readonly TimeSpan GreenEnds = TimeSpan.FromSeconds(3);

    /// <summary>Values count as live for this long after a heartbeat. The rest of the 3 s is for transport, detection and drawing.</summary>
    public static readonly TimeSpan BeatCounts = TimeSpan.FromSeconds(2.5);

    /// <summary>From here on a lost connection is no longer a hiccup.</summary>
    public static readonly TimeSpan DisconnectedAfter = TimeSpan.FromSeconds(15);

    public static LinkState Decide(LinkFacts facts) => facts switch
    {
        { SessionOver: true } => LinkState.SignedOut,
        { Open: true } when facts.SinceBeat < BeatCounts => LinkState.Live,
        { Online: false, HasValues: true } => LinkState.Offline,
        { Open: true } => LinkState.Silent,
        { SinceLost: null } => LinkState.Connecting,
        { HasValues: false } => LinkState.Unreachable,
        _ => facts.SinceLost < DisconnectedAfter ? LinkState.Reconnecting : LinkState.Disconnected,
    };
}
