using System.Globalization;
using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Grains.Alerts.Commands;

/// <summary>Answers to commands, from what this node knows. Pure.</summary>
internal static class ChatReplies
{
    private const int MostBlockers = 8;

    public static string Status(NodeGateReading reading)
    {
        if (reading is not { Snapshot: { } gate, IsLive: true }) return "System BLOCKED: this node hears nothing from the gate.";
        var text = new StringBuilder($"System {Word(gate.Status)}, trading {gate.TradingState.ToString().ToUpperInvariant()}.");
        text.Append(gate.Kill.Engaged ? $"\nKill switch engaged since {Instant(gate.Kill.Since)} by {gate.Kill.By}: {gate.Kill.Reason}" : "\nKill switch released.");
        text.Append(gate.Live.Armed ? $"\nLIVE armed until {Instant(gate.Live.Until)}." : "\nLIVE not armed.");
        foreach (var condition in gate.Gates.OrderBy(g => g.Gate, StringComparer.Ordinal))
            text.Append($"\n{condition.Gate}: {condition.Status}{(condition.Degraded ? ", degraded" : "")}");
        return text.ToString();
    }

    public static string Why(NodeGateReading reading)
    {
        if (reading is not { Snapshot: { } gate, IsLive: true }) return "This node hears nothing from the gate. Look at the log of the control plane, and whether its silos and its store run.";
        if (gate.Blockers.IsEmpty) return $"System {Word(gate.Status)}. Nothing blocks or degrades it.";
        var text = new StringBuilder($"System {Word(gate.Status)}:");
        foreach (var blocker in gate.Blockers.Take(MostBlockers))
        {
            text.Append($"\n- {blocker.Message}");
            if (blocker.SuggestedFix is { } fix) text.Append($" {fix}");
        }

        if (gate.Blockers.Length > MostBlockers) text.Append($"\nAnd {gate.Blockers.Length - MostBlockers} more.");
        if (gate.PathToOk is [var first, ..]) text.Append($"\nFirst step to OK: {first.Text}");
        return text.ToString();
    }

    public static string Kill(DeliveredKill delivered) => delivered switch
    {
        { Answer: { Engaged: true } answer } => $"Kill switch engaged. No order passes; {answer.Nodes.Acknowledged} of {answer.Nodes.Total} nodes and {answer.Runners.Acknowledged} of {answer.Runners.Total} runners have acknowledged.{(answer.Durable ? "" : " It is not on disk yet and is kept until it is.")} An operator releases it.",
        { EngagedHere: true } => "Kill switch engaged on this node. It is kept and delivered until it is taken.",
        _ => "NOT engaged everywhere: the node that was asked holds itself and delivers the kill until it is taken. Look at the page.",
    };

    private static string Word(SystemStatus status) => status.ToString().ToUpperInvariant();

    private static string Instant(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) ?? "an unknown time";
}
