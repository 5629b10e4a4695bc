namespace ControlPlane.Dashboard.Keys;

/// <summary>A key and what it does, for the list of shortcuts.</summary>
public sealed record Shortcut(IReadOnlyList<string> Keys, string Does);

/// <summary>All keys of the page.</summary>
public static class KeyMap
{
    public const string Palette = "Ctrl+K";
    public const string Escape = "Escape";
    public const string Kill = "K";
    public const string Theme = "t";
    public const string Shortcuts = "?";
    public const string Verify = "v";
    public const string CopyMissing = "c";
    public const string CopyLink = "y";

    public static IReadOnlyList<Shortcut> All { get; } =
    [
        new(["↑", "↓"], "Previous, next row; also k and j"),
        new(["Enter"], "Open the connection or bot"),
        new(["Esc"], "Close the dialog, else the drawer"),
        new(["/"], "Filter"),
        new(["v"], "Verify the selected connection"),
        new(["c"], "Copy missing names of the open drawer"),
        new(["y"], "Copy the link to the open item"),
        new(["g", "s"], "Go to System status"),
        new(["g", "c"], "Go to Connections"),
        new(["g", "b"], "Go to Bots"),
        new(["g", "h"], "Go to History"),
        new(["g", "l"], "Go to Alerts"),
        new(["g", "a"], "Go to Audit"),
        new(["Ctrl", "K"], "Commands"),
        new(["t"], "Dark or light"),
        new(["Shift", "K"], "Kill switch: asks before it engages"),
        new(["Home", "End"], "First, last row"),
        new(["?"], "This list"),
    ];

    /// <summary>Where a sequence goes, or null.</summary>
    public static string? Place(string key) => key switch
    {
        "g s" => "status",
        "g c" => "connections",
        "g b" => "bots",
        "g h" => "history",
        "g a" => "audit",
        "g l" => "alerts",
        _ => null,
    };
}
