using ControlPlane.Dashboard.Components;

namespace ControlPlane.Dashboard.Views.Connections;

/// <summary>The columns of the connections.</summary>
internal static class ConnectionColumns
{
    public static IReadOnlyList<Column> All { get; } =
    [
        new("provider", "Provider", "c-name", Always: true),
        new("category", "Category", "c-cat"),
        new("configured", "Configured", "c-conf"),
        new("connected", "Connected", "c-conn", Always: true),
        new("verified", "Last verified", "c-ver", NewestFirst: true),
        new("used", "Last used", "c-used", NewestFirst: true),
        new("bots", "Used by bot", "c-bots"),
        new("proof", "Proof 24 h", "c-proof num", NewestFirst: true),
    ];
}
