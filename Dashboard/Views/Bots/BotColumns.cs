using ControlPlane.Dashboard.Components;

namespace ControlPlane.Dashboard.Views.Bots;

/// <summary>The columns of the bots.</summary>
internal static class BotColumns
{
    public static IReadOnlyList<Column> All { get; } =
    [
        new("bot", "Bot", "b-name", Always: true),
        new("state", "State", "b-state", Always: true),
        new("readiness", "Readiness", "b-ready"),
        new("tier", "Tier", "b-tier", NewestFirst: true),
        new("score", "Autonomy score", "b-score", NewestFirst: true),
        new("why", "What blocks it", "b-why"),
        new("decision", "Last decision", "b-decision", NewestFirst: true),
        new("trades", "Trades 24 h", "b-trades num", NewestFirst: true),
        new("profit", "Profit 24 h", "b-profit num", NewestFirst: true),
        new("connections", "Connections", "b-connections"),
    ];
}
