namespace ControlPlane.Dashboard.Views.Audit;

/// <summary>The audit log's actions in words.</summary>
public static class AuditWords
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
        "autonomy.promote" => "Promoted",
        "runner.start" => "Started a runner",
        "runner.restart" => "Restarted a runner",
        "runner.stop" => "Stopped a runner",
        _ => action,
    };

    /// <summary>Who, and in which role where that is another word.</summary>
    public static string By(string by, string role) => by == role ? by : $"{by} ({role})";
}
