using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;

namespace ControlPlane.Grains.Tests.Alerts.Commands;

/// <summary>Telegram's Bot API as its document has it: updates are kept until an offset confirms them, and long polling waits for the next one.</summary>
internal sealed class FakeTelegram : FakeChat
{
    public const string Token = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1";
    private readonly ConcurrentDictionary<long, JsonObject> _kept = new();
    private long _next = 700;

    /// <summary>Answer to every call instead of the own one.</summary>
    public int? Refusing { get; set; }

    public int Kept => _kept.Count;

    public void Write(long chat, long user, string? text, string member = "message")
    {
        var id = Interlocked.Increment(ref _next);
        var message = new JsonObject { ["message_id"] = id, ["from"] = new JsonObject { ["id"] = user, ["is_bot"] = false }, ["chat"] = new JsonObject { ["id"] = chat, ["type"] = "group" }, ["date"] = 1_795_000_000 };
        if (text is not null) message["text"] = text;
        _kept[id] = new JsonObject { ["update_id"] = id, [member] = message };
    }

    public IEnumerable<JsonNode> Sent => Bodies("/sendMessage").Select(body => JsonNode.Parse(body)!);

    protected override async Task TakeAsync(HttpListenerContext context, string body)
    {
        if (Refusing is { } status)
        {
            await AnswerAsync(context, """{"ok":false,"error_code":0,"description":"refused"}""", status);
            return;
        }

        if (!context.Request.Url!.AbsolutePath.StartsWith($"/bot{Token}/", StringComparison.Ordinal))
        {
            await AnswerAsync(context, """{"ok":false,"error_code":401,"description":"Unauthorized"}""", 401);
            return;
        }

        if (!context.Request.Url.AbsolutePath.EndsWith("/getUpdates", StringComparison.Ordinal))
        {
            await AnswerAsync(context, """{"ok":true,"result":{"message_id":1}}""");
            return;
        }

        var asked = JsonNode.Parse(body)!;
        foreach (var confirmed in _kept.Keys.Where(id => id < asked["offset"]!.GetValue<long>())) _kept.TryRemove(confirmed, out _);
        for (var waited = 0; waited < 200 && _kept.IsEmpty; waited++) await Task.Delay(10);
        var result = new JsonArray([.. _kept.OrderBy(kept => kept.Key).Select(kept => kept.Value.DeepClone())]);
        await AnswerAsync(context, new JsonObject { ["ok"] = true, ["result"] = result }.ToJsonString());
    }
}
