namespace ControlPlane.Dashboard.Link;

/// <summary>The link's state in a word, and as a key for its looks.</summary>
public static class LinkNames
{
    public static string Word(this LinkState state) => state switch
    {
        LinkState.Live => "Live",
        LinkState.Connecting => "Connecting…",
        LinkState.Silent => "No updates",
        LinkState.Reconnecting => "Reconnecting…",
        LinkState.Disconnected => "Disconnected",
        LinkState.Offline => "Offline",
        LinkState.Unreachable => "Unreachable",
        _ => "Sign-in expired",
    };

    public static string Key(this LinkState state) => state.ToString().ToLowerInvariant();
}
