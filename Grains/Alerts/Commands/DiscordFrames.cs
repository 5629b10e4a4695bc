using System.Text.Json;
using System.Text.Json.Nodes;

namespace ControlPlane.Grains.Alerts.Commands;

/// <summary>A message of Discord's gateway.</summary>
/// <param name="Data">Undefined where there is none.</param>
internal sealed record DiscordFrame(int Op, long? Sequence, string? Event, JsonElement Data)
{
    public const int Dispatch = 0;
    public const int Heartbeat = 1;
    public const int Reconnect = 7;
    public const int InvalidSession = 9;
    public const int Hello = 10;
    public const int Acknowledged = 11;

    /// <summary>Null for what is none.</summary>
    public static DiscordFrame? Of(JsonElement? frame)
    {
        if (frame is not { } json || !json.TryGetProperty("op", out var op) || !op.TryGetInt32(out var number)) return null;
        long? sequence = json.TryGetProperty("s", out var s) && s.ValueKind == JsonValueKind.Number ? s.GetInt64() : null;
        return new(number, sequence, json.TryGetProperty("t", out var t) && t.ValueKind == JsonValueKind.String ? t.GetString() : null, json.TryGetProperty("d", out var d) ? d : default);
    }

    /// <summary>No intents: commands come without any.</summary>
    public static string Identify(string token) => new JsonObject
    {
        ["op"] = 2,
        ["d"] = new JsonObject
        {
            ["token"] = token,
            ["intents"] = 0,
            ["properties"] = new JsonObject { ["os"] = "linux", ["browser"] = "control-plane", ["device"] = "control-plane" },
        },
    }.ToJsonString();

    public static string Beat(long? sequence) => new JsonObject { ["op"] = Heartbeat, ["d"] = sequence }.ToJsonString();

    /// <summary>The commands as Discord shows them. Each is set by its name: others of the same bot stay.</summary>
    public static IEnumerable<string> Commands()
    {
        yield return Command("status", "Whether the system may trade").ToJsonString();
        yield return Command("why", "What blocks or degrades it, and the fix").ToJsonString();
        var kill = Command("kill", "Engages the kill switch: no order passes until an operator releases it");
        kill["options"] = new JsonArray(new JsonObject { ["type"] = 3, ["name"] = "reason", ["description"] = "Why", ["required"] = false, ["max_length"] = 200 });
        yield return kill.ToJsonString();
    }

    private static JsonObject Command(string name, string description) => new() { ["name"] = name, ["description"] = description, ["type"] = 1 };
}

/// <summary>A command that somebody gave.</summary>
/// <param name="Token">With it the reply is sent; a secret for a quarter of an hour.</param>
internal sealed record DiscordInteraction(string Id, string Token, string? Channel, string? User, string? Command, string? Reason)
{
    private const int ApplicationCommand = 2;

    public override string ToString() => nameof(DiscordInteraction);

    /// <summary>Null for what is no command.</summary>
    public static DiscordInteraction? Of(JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.Number || type.GetInt32() != ApplicationCommand) return null;
        if (Text(data, "id") is not { } id || Text(data, "token") is not { } token || !data.TryGetProperty("data", out var command)) return null;
        var user = data.TryGetProperty("member", out var member) && member.ValueKind == JsonValueKind.Object && member.TryGetProperty("user", out var known) ? known
            : data.TryGetProperty("user", out var direct) ? direct : default;
        return new(id, token, Text(data, "channel_id"), Text(user, "id"), Text(command, "name"), Reasons(command).FirstOrDefault());
    }

    private static IEnumerable<string?> Reasons(JsonElement command) =>
        command.TryGetProperty("options", out var options) && options.ValueKind == JsonValueKind.Array
            ? options.EnumerateArray().Where(option => Text(option, "name") == "reason").Select(option => Text(option, "value"))
            : [];

    private static string? Text(JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;
}
