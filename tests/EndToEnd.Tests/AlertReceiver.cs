using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>A webhook's receiver that takes nothing that is not signed as documented.</summary>
internal sealed class AlertReceiver : IAsyncDisposable
{
    public const string Key = "alert-signing-key-canary-0123456789";
    private readonly WebApplication _app;
    private int _attempts;

    private AlertReceiver(WebApplication app) => _app = app;

    /// <summary>What was taken, in order.</summary>
    public ConcurrentQueue<(DateTimeOffset At, JsonNode Body)> Taken { get; } = new();

    /// <summary>Requests that were not signed as they must be.</summary>
    public ConcurrentQueue<string> Forged { get; } = new();

    /// <summary>While it is set nothing is taken: requests wait for it, and are then refused.</summary>
    public TaskCompletionSource? Refusing { get; set; }

    public int Attempts => Volatile.Read(ref _attempts);

    public int Pings { get; private set; }

    public string Url => _app.Urls.Single();

    public static async Task<AlertReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new AlertReceiver(app);
        app.MapPost("/hook", receiver.Take);
        app.MapGet("/ping", () => receiver.Pings++);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Settings of a program that tells this receiver alone.</summary>
    public void Tell(Scene scene, string hold = "1")
    {
        scene.SetSecret("ALERT_SIGNING_KEY", Key);
        scene.Settings["ControlPlane__Alerts__Channels__hook__Kind"] = "webhook";
        scene.Settings["ControlPlane__Alerts__Channels__hook__Url"] = $"{Url}/hook";
        scene.Settings["ControlPlane__Alerts__Channels__hook__SecretVariable"] = "ALERT_SIGNING_KEY";
        scene.Settings["ControlPlane__Alerts__HoldSeconds"] = hold;
        scene.Settings["ControlPlane__Alerts__DeadManUrl"] = $"{Url}/ping";
    }

    /// <summary>What was said of alerts, tests apart: event, kind and subject.</summary>
    public string[] Said => [.. Taken.Where(t => Event(t.Body) != "test").Select(t => $"{Event(t.Body)} {t.Body["alert"]!["kind"]} {t.Body["alert"]!["subject"]}")];

    public async Task UntilSaid(string what, double seconds = 30)
    {
        var end = DateTime.UtcNow.AddSeconds(seconds);
        while (!Said.Contains(what))
        {
            Assert.True(DateTime.UtcNow < end, $"Not within {seconds} s: {what}. Said: {string.Join("; ", Said)}");
            await Task.Delay(50);
        }
    }

    public static string Event(JsonNode body) => body["event"]!.GetValue<string>();

    public static string Id(JsonNode body) => body["alert"]!["alert_id"]!.GetValue<string>();

    public ValueTask DisposeAsync()
    {
        Refusing?.TrySetResult();
        return _app.DisposeAsync();
    }

    private async Task<IResult> Take(HttpRequest request)
    {
        Interlocked.Increment(ref _attempts);
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var timestamp = request.Headers["X-ControlPlane-Timestamp"].ToString();
        var expected = "v1=" + Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes(timestamp + "." + body))).ToLowerInvariant();
        if (request.Headers["X-ControlPlane-Signature"] != expected || Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(timestamp)) > 60)
        {
            Forged.Enqueue(body);
            return Results.Unauthorized();
        }

        if (Refusing is { } refusing)
        {
            await refusing.Task;
            return Results.StatusCode(503);
        }

        Taken.Enqueue((DateTimeOffset.UtcNow, JsonNode.Parse(body)!));
        return Results.NoContent();
    }
}
