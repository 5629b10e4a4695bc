using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>Sits between the page and the hub: changes the snapshot, holds back beats, and adds messages of its own in sequence.</summary>
internal sealed class HubTap
{
    private const char End = '\u001e';
    private readonly Lock _lock = new();
    private IWebSocketRoute? _page;
    private string _stream = "";
    private long _last;
    private long _added;

    /// <summary>Changes the snapshot that the page is given.</summary>
    public Action<JsonNode>? Snapshot { get; init; }

    /// <summary>Changes the system's part, in the snapshot and in every later message that carries it.</summary>
    public Action<JsonNode>? System { get; init; }

    /// <summary>True while nothing of the hub reaches the page, and the socket stays up.</summary>
    public bool Silent { get; set; }

    /// <summary>Sets how long every beat says that the evaluation still counts; null leaves it as it is.</summary>
    public long? ValidForMs { get; set; }

    public async Task OnAsync(IPage page) => await page.RouteWebSocketAsync("**/hubs/status", route =>
    {
        var server = route.ConnectToServer();
        _page = route;
        route.OnMessage(frame => Forward(server, frame));
        server.OnMessage(frame => Take(route, frame.Text ?? ""));
    });

    /// <summary>Sends a message of the hub to the page, after all that were sent before it.</summary>
    public void Send(string target, string member, JsonNode row)
    {
        lock (_lock)
        {
            _added++;
            Send(_page!, new JsonObject
            {
                ["type"] = 1,
                ["target"] = target,
                ["arguments"] = new JsonArray(new JsonObject { ["stream_id"] = _stream, ["seq"] = _last + _added, [member] = row }),
            });
        }
    }

    private static void Forward(IWebSocketRoute server, IWebSocketFrame frame)
    {
        if (frame.Binary is { } bytes) server.Send(bytes);
        else server.Send(frame.Text!);
    }

    private void Take(IWebSocketRoute page, string text)
    {
        lock (_lock)
        {
            foreach (var part in text.Split(End, StringSplitOptions.RemoveEmptyEntries))
            {
                var message = JsonNode.Parse(part)!.AsObject();
                if (message["type"]?.GetValue<int>() == 3 && message["result"] is JsonObject snapshot)
                {
                    (_stream, _last, _added) = (snapshot["stream_id"]!.GetValue<string>(), snapshot["seq"]!.GetValue<long>(), 0);
                    Snapshot?.Invoke(snapshot);
                    System?.Invoke(snapshot["system"]!);
                }
                else if (message["type"]?.GetValue<int>() == 1 && message["arguments"]?[0] is JsonObject body && body["seq"] is { } seq)
                {
                    _last = Math.Max(_last, seq.GetValue<long>());
                    body["seq"] = seq.GetValue<long>() + _added;
                    if (body["system"] is JsonObject system) System?.Invoke(system);
                    if (ValidForMs is { } valid && message["target"]!.GetValue<string>() == "beat") body["valid_for_ms"] = valid;
                }

                if (!Silent || message["target"] is null) Send(page, message);
            }
        }
    }

    private static void Send(IWebSocketRoute page, JsonObject message) => page.Send(message.ToJsonString(JsonSerializerOptions.Web) + End);
}
