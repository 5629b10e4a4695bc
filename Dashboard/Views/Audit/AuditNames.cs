using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Views.Audit;

/// <summary>The audit log's actions in words.</summary>
public static class AuditNames
{
    public static string Action(string action) => action switch
    {
        "session.start" => "Signed in",
        "session.end" => "Signed out",
        "kill.engage" => "Engaged the kill switch",
        "kill.release" => "Released the kill switch",
        "kill.drill" => "Rehearsed a kill",
        "alert.ack" => "Acknowledged an alert",
        "alert.test" => "Tested the channels of alerts",
        "live.arm" => "Armed LIVE",
        "live.disarm" => "Disarmed LIVE",
        "integration.verify" => "Verified",
        "integration.test_call" => "Made a test call",
        "integration.secrets_check" => "Checked how secrets look",
        "bot.register" => "Registered or changed a bot",
        "bot.delete" => "Deleted a bot",
        "bot.token.revoke" => "Revoked a bot's token",
        "position.settle" => "Settled a position",
        "autonomy.promote" => "Promoted",
        "runner.start" => "Started a runner",
        "runner.restart" => "Restarted a runner",
        "runner.stop" => "Stopped a runner",
        "store.confirm" => "Confirmed the store",
        "store.key" => "Took up another key for the store",
        "store.signed" => "Signed the store for the first time",
        _ => action,
    };

    /// <summary>What an intact log says of itself.</summary>
    public static string Whole(long entries) => entries == 1 ? "Its one entry is whole." : $"All {entries:N0} entries follow each other.";

    /// <summary>How far the anchors of the nodes reach, and which node's holds what the log lacks.</summary>
    public static string Anchors(AuditCheckAnswer check)
    {
        var nodes = check.Anchors ?? [];
        var kept = nodes.Count(a => a.Entries > 0);
        var uncovered = check.UnanchoredEntries switch { 0 => "every entry is covered", 1 => "1 entry is not covered yet", var count => $"{count:N0} entries are not covered yet" };
        var words = $"Anchored on {kept:N0} of {nodes.Count:N0} {(nodes.Count == 1 ? "node" : "nodes")}; {uncovered}.";
        foreach (var anchor in nodes.Where(a => a.Missing.Count > 0))
            words += $" {anchor.Node} holds {string.Join(", ", anchor.Missing.Select(m => m.From == m.To ? $"{m.From:N0}" : $"{m.From:N0} to {m.To:N0}"))}, which the log lacks.";
        return words;
    }

    /// <summary>Who, and in which role where that is another word.</summary>
    public static string By(string by, string role) => by == role ? by : $"{by} ({role})";
}
