using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace ControlPlane.Grains.Tests.Alerts.Commands;

/// <summary>Discord's gateway and the few calls around it, as its documents have them.</summary>
internal sealed class FakeDiscord : FakeChat
{
    public const string Token = "canary.discord.command-token";
    public const string Application = "445566778899001122";
    private readonly TaskCompletionSource<WebSocket> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sequence = 1;
    private int _beats;

    public int BeatMs { get; set; } = 40_000;

    public bool Acknowledges { get; set; } = true;

    public int Beats => Volatile.Read(ref _beats);

    public int? RefusesCommands { get; set; }

    public string Gateway { get; set; } = "";

    /// <summary>Somebody gives a command.</summary>
    public async Task GiveAsync(string channel, string user, string name, string? reason = null, int type = 2)
    {
        var data = new JsonObject { ["id"] = "1", ["name"] = name, ["type"] = 1 };
        if (reason is not null) data["options"] = new JsonArray(new JsonObject { ["name"] = "reason", ["type"] = 3, ["value"] = reason });
        var interaction = new JsonObject
        {
            ["id"] = "99887766", ["application_id"] = Application, ["type"] = type, ["token"] = "interaction-token", ["version"] = 1, ["channel_id"] = channel, ["data"] = data,
            ["member"] = new JsonObject { ["user"] = new JsonObject { ["id"] = user, ["username"] = "somebody" } },
        };
        await SendAsync(await _ready.Task, new JsonObject { ["op"] = 0, ["t"] = "INTERACTION_CREATE", ["s"] = ++_sequence, ["d"] = interaction });
    }

    public async Task CloseAsync(int code) => await (await _ready.Task).CloseOutputAsync((WebSocketCloseStatus)code, "closed", CancellationToken.None);

    protected override async Task TakeAsync(HttpListenerContext context, string body)
    {
        var path = context.Request.Url!.AbsolutePath;
        if (context.Request.IsWebSocketRequest) await ServeAsync((await context.AcceptWebSocketAsync(null)).WebSocket);
        else if (path == "/gateway") await AnswerAsync(context, new JsonObject { ["url"] = Gateway.Length > 0 ? Gateway : $"ws://127.0.0.1:{Port}" }.ToJsonString());
        else if (path == $"/applications/{Application}/commands") await AnswerAsync(context, "{}", context.Request.Headers["Authorization"] == $"Bot {Token}" ? RefusesCommands ?? 201 : 401);
        else if (path == "/interactions/99887766/interaction-token/callback") await AnswerAsync(context, "", 204);
        else if (path == $"/webhooks/{Application}/interaction-token/messages/@original" && context.Request.HttpMethod == "PATCH") await AnswerAsync(context, "{}");
        else await AnswerAsync(context, """{"message":"404: Not Found","code":0}""", 404);
    }

    private async Task ServeAsync(WebSocket socket)
    {
        await SendAsync(socket, new JsonObject { ["op"] = 10, ["d"] = new JsonObject { ["heartbeat_interval"] = BeatMs } });
        while (await ReadAsync(socket) is { } frame)
        {
            if (frame["op"]!.GetValue<int>() == 1)
            {
                Interlocked.Increment(ref _beats);
                if (Acknowledges) await SendAsync(socket, new JsonObject { ["op"] = 11 });
            }
            else if (frame["op"]!.GetValue<int>() == 2)
            {
                if (frame["d"]!["token"]!.GetValue<string>() != Token)
                {
                    await socket.CloseOutputAsync((WebSocketCloseStatus)4004, "Authentication failed.", CancellationToken.None);
                    return;
                }

                Assert.Equal(0, frame["d"]!["intents"]!.GetValue<int>());
                await SendAsync(socket, new JsonObject { ["op"] = 0, ["t"] = "READY", ["s"] = 1, ["d"] = new JsonObject { ["v"] = 10, ["application"] = new JsonObject { ["id"] = Application, ["flags"] = 0 } } });
                _ready.TrySetResult(socket);
            }
        }
    }

    private static Task SendAsync(WebSocket socket, JsonObject frame) => socket.SendAsync(Encoding.UTF8.GetBytes(frame.ToJsonString()), WebSocketMessageType.Text, true, CancellationToken.None);

    private static async Task<JsonNode?> ReadAsync(WebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var read = await socket.ReceiveAsync(buffer, CancellationToken.None);
        return read.MessageType == WebSocketMessageType.Close ? null : JsonNode.Parse(buffer.AsSpan(0, read.Count));
    }
}
