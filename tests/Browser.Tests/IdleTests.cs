using System.Text.Json;
using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>A page on which nothing happens costs next to nothing.</summary>
[Collection(Alone.Name)]
public sealed class IdleTests(Stage stage)
{
    private const int Bots = 207;
    private const double MostBytesPerSecond = 2_000;

    [Fact]
    public async Task IdleBots_SendNextToNothing()
    {
        var (bytes, _) = await RestAsync(TimeSpan.FromSeconds(30), Bots);
        Assert.InRange(bytes, 1, MostBytesPerSecond);
    }

    /// <summary>On a quiet machine: in the ordinary run others have the processor.</summary>
    [Fact(Explicit = true)]
    [Trait("Category", "Long")]
    public async Task IdleBots_LeaveTheProcessorAlone()
    {
        var (bytes, share) = await RestAsync(TimeSpan.FromSeconds(60), Bots);
        Assert.InRange(bytes, 1, MostBytesPerSecond);
        Assert.InRange(share, 0, 0.02);
    }

    /// <returns>Bytes a second that the page receives, of the hub and of answers, and the share of its main thread.</returns>
    private async Task<(double Bytes, double Share)> RestAsync(TimeSpan watched, int bots)
    {
        await using var scene = await Scene.OpenAsync(s => s.SetGoodKeys());
        await scene.Process.Operator.UntilStatus("OK");
        for (var i = 0; i < bots; i++)
        {
            var made = await scene.Process.Operator.Put($"/api/bots/idle-{i:000}", new { name = $"Idle {i:000}", requires = new[] { "polygon", "oanda" } });
            Assert.Equal(System.Net.HttpStatusCode.OK, made.Status);
        }

        await using var visitor = await stage.VisitAsync(address: scene.Process.Address);
        await visitor.OpenAsync("/bots");
        await Assertions.Expect(visitor.Page.Locator(".heading")).ToContainTextAsync($"{bots} registered");

        // What follows from the last change has been asked for by then.
        await Task.Delay(TimeSpan.FromSeconds(35), TestContext.Current.CancellationToken);
        var cdp = await visitor.Page.Context.NewCDPSessionAsync(visitor.Page);
        var byKind = new Dictionary<string, double>(StringComparer.Ordinal);
        void Count(string kind, double size)
        {
            lock (byKind) byKind[kind] = byKind.GetValueOrDefault(kind) + size;
        }

        cdp.Event("Network.loadingFinished").OnEvent += (_, told) => Count("http", told!.Value.GetProperty("encodedDataLength").GetDouble());
        cdp.Event("Network.webSocketFrameReceived").OnEvent += (_, told) =>
        {
            var text = told!.Value.GetProperty("response").GetProperty("payloadData").GetString()!;
            Count(Target(text), text.Length);
        };
        await cdp.SendAsync("Network.enable");
        await cdp.SendAsync("Performance.enable", new Dictionary<string, object> { ["timeDomain"] = "threadTicks" });
        var (before, from) = (await BurdenTests.TaskSecondsAsync(cdp), DateTime.UtcNow);
        await Task.Delay(watched, TestContext.Current.CancellationToken);
        var seconds = (DateTime.UtcNow - from).TotalSeconds;
        var share = (await BurdenTests.TaskSecondsAsync(cdp) - before) / seconds;
        double sum;
        lock (byKind)
        {
            foreach (var (kind, size) in byKind) FiguresTests.Tell($"{bots} idle bots, {kind}", [size / seconds], "B/s");
            sum = byKind.Values.Sum() / seconds;
        }

        FiguresTests.Tell($"{bots} idle bots, main thread", [share * 100], "%");
        return (sum, share);
    }

    private static string Target(string frame)
    {
        try
        {
            return JsonDocument.Parse(frame.Split('\u001e')[0]).RootElement.TryGetProperty("target", out var target) ? target.GetString()! : "protocol";
        }
        catch (JsonException)
        {
            return "protocol";
        }
    }
}
