using ControlPlane.Contracts;
using ControlPlane.Dashboard.Views.Audit;
using ControlPlane.Dashboard.Views.Connections;
using ControlPlane.Dashboard.Views.Status;

namespace ControlPlane.Dashboard.Views.Traces;

/// <summary>A record that carries a trace, as a person reads it.</summary>
/// <param name="What">What happened, at the start of a sentence.</param>
/// <param name="Link">Where the page shows it, relative.</param>
public sealed record TraceFinding(DateTimeOffset At, string What, string Detail, string Link)
{
    /// <summary>The kind of record, in words.</summary>
    public string Kind { get; private init; } = "";

    /// <summary>The trace id in what somebody typed or pasted, or null.</summary>
    public static string? Id(string text) => text.Trim() is { Length: 32 } id && id.All(char.IsAsciiHexDigit) ? id.ToLowerInvariant() : null;

    public static TraceFinding Of(TraceRecordRow row, IReadOnlyDictionary<string, IntegrationRow> integrations, IReadOnlyDictionary<string, BotRow> bots) =>
        Say(row, integrations, bots) with { Kind = row.Kind.Replace('_', ' ') };

    private static TraceFinding Say(TraceRecordRow row, IReadOnlyDictionary<string, IntegrationRow> integrations, IReadOnlyDictionary<string, BotRow> bots)
    {
        var provider = row.Provider is { } id && integrations.TryGetValue(id, out var connection) ? connection.Name : row.Provider;
        var bot = row.BotId is { } botId && bots.TryGetValue(botId, out var known) ? known.Name : row.BotId;
        var (place, page) = ($"bots/{Uri.EscapeDataString(row.BotId ?? "")}", $"connections/{Uri.EscapeDataString(row.Provider ?? "")}");
        var outcome = row.Outcome?.Replace('_', ' ');
        return row.Kind switch
        {
            "usage_event" => new(row.At, $"{bot ?? "No bot"} called {provider}", Join(row.What, outcome, row.Detail), page),
            "verification" => new(row.At, $"Verify of {provider}: {outcome}", Join(row.Detail, $"by {row.What}"), page),
            "transition" => new(row.At, $"{(row.What == "system" ? "System" : GateNames.Plain(row.What))}: {row.Outcome}", row.Detail ?? "", $"history?t={Uri.EscapeDataString(row.At.UtcDateTime.ToString("O"))}"),
            "audit" => new(row.At, AuditNames.Action(row.What), Join(row.Detail, row.Outcome), "audit"),
            "decision" => new(row.At, $"{bot} decided: {row.What}", row.Detail ?? "", place),
            "no_trade" => new(row.At, $"{bot} did not trade {row.What}".TrimEnd(), row.Detail ?? "", place),
            "trade" => new(row.At, $"{bot} traded: {row.What}", row.Detail ?? "", place),
            "cycle" => new(row.At, $"A cycle of {bot}: {outcome}", "", place),
            "order" => new(row.At, $"An order of {bot} was granted: {row.What}", outcome ?? "", place),
            _ => new(row.At, row.What, Join(row.Detail, row.Outcome), "status"),
        };
    }

    private static string Join(params string?[] parts) => string.Join(", ", parts.Where(part => !string.IsNullOrWhiteSpace(part)));
}
