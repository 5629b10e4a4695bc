namespace ControlPlane.Dashboard.Link;

/// <summary>How the page stands to the control plane.</summary>
public enum LinkState
{
    /// <summary>Never connected yet; nothing has failed.</summary>
    Connecting,

    /// <summary>A beat came within the last 2.5 s. Only now is anything shown in colour, and only now may anything be done.</summary>
    Live,

    /// <summary>The socket is up, and no beat came for that long.</summary>
    Silent,

    /// <summary>The connection was lost within the last 15 s.</summary>
    Reconnecting,

    /// <summary>The connection has been lost for longer.</summary>
    Disconnected,

    /// <summary>The connection is lost and this device is offline.</summary>
    Offline,

    /// <summary>No values have ever been received, and connecting failed.</summary>
    Unreachable,

    /// <summary>The session is over.</summary>
    SignedOut,
}
