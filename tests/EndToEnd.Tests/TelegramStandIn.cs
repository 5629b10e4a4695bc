using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Telegram's Bot API, as far as commands go: updates are kept until an offset confirms them.</summary>
internal sealed class TelegramStandIn : IAsyncDisposable
{
    public const string Token = "220304060:AAHcanaryCommandTokenOfTheTests0001x";
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<long, JsonObject> _kept = new();
    private long _next = 1;

    private TelegramStandIn(WebApplication app) => _app = app;

    public ConcurrentQueue<JsonNode> Sent { get; } = new();

    public string Url => _app.Urls.Single();

    public static async Task<TelegramStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var telegram = new TelegramStandIn(app);
        app.MapPost($"/bot{Token}/getUpdates", telegram.UpdatesAsync);
        app.MapPost($"/bot{Token}/sendMessage", telegram.SendAsync);
        await app.StartAsync();
        return telegram;
    }

    public void Write(long chat, string text)
    {
        var id = Interlocked.Increment(ref _next);
        _kept[id] = new JsonObject
        {
            ["update_id"] = id,
            ["message"] = new JsonObject { ["message_id"] = id, ["date"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(), ["from"] = new JsonObject { ["id"] = 7 }, ["chat"] = new JsonObject { ["id"] = chat }, ["text"] = text },
        };
    }

    /// <summary>The next reply that begins so.</summary>
    public async Task<string> UntilSent(string start)
    {
        var end = DateTime.UtcNow.AddSeconds(120);
        while (true)
        {
            if (Sent.Select(s => s["text"]!.GetValue<string>()).LastOrDefault(t => t.StartsWith(start, StringComparison.Ordinal)) is { } text) return text;
            Assert.True(DateTime.UtcNow < end, $"Not in time: {start}. Sent: {string.Join("; ", Sent.Select(s => s.ToJsonString()))}");
            await Task.Delay(50);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> UpdatesAsync(HttpRequest request)
    {
        var asked = (await JsonNode.ParseAsync(request.Body))!;
        foreach (var id in _kept.Keys.Where(id => id < asked["offset"]!.GetValue<long>())) _kept.TryRemove(id, out _);
        for (var waited = 0; waited < 100 && _kept.IsEmpty; waited++) await Task.Delay(20, request.HttpContext.RequestAborted);
        return Results.Text(new JsonObject { ["ok"] = true, ["result"] = new JsonArray([.. _kept.OrderBy(k => k.Key).Select(k => k.Value.DeepClone())]) }.ToJsonString(), "application/json");
    }

    private async Task<IResult> SendAsync(HttpRequest request)
    {
        Sent.Enqueue((await JsonNode.ParseAsync(request.Body))!);
        return Results.Text("""{"ok":true,"result":{"message_id":1}}""", "application/json");
    }
}
