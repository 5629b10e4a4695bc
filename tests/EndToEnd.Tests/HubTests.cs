using System.Net.Http.Headers;
using System.Text;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The hub of the running program, heard by a client that is not ours.</summary>
public sealed class HubTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OfficialClient_HearsEverything_WithoutAGap(bool direct)
    {
        await using var scene = await Scene.OpenAsync();
        await using var client = await SignalRClient.StartAsync(scene.Process.Address, ControlPlaneProcess.ViewerToken, seconds: 120, direct);
        var snapshot = await client.WaitForAsync("snapshot");
        var stream = snapshot["stream_id"]!.GetValue<string>();
        Assert.Equal("BLOCKED", snapshot["system"]!["system_status"]!.GetValue<string>());
        Assert.Contains(snapshot["integrations"]!.AsArray(), row => row!["provider"]!.GetValue<string>() == "polygon");

        // Keys come: rows and verdict move by themselves.
        scene.SetGoodKeys();
        await client.WaitForAsync("integration", m => m["integration"]!["provider"]!.GetValue<string>() == "polygon" && m["integration"]!["state"]!.GetValue<string>() == "CONNECTED");
        await client.WaitForAsync("system", m => m["system"]!["system_status"]!.GetValue<string>() == "OK");

        // Recorded use moves the counters.
        await PostAsync(scene, "api/usage-events", """{"provider":"polygon","operation":"GET /v3/quotes","status":"ok","bot_id":"hub-bot"}""");
        var usage = await client.WaitForAsync("usage", m => m["usage"]!["provider"]!.GetValue<string>() == "polygon");
        Assert.Equal(("hub-bot", 1), (usage["usage"]!["last_used_by_bot_id"]!.GetValue<string>(), usage["usage"]!["proof_of_use_count_24h"]!.GetValue<int>()));

        // A kill arrives as BLOCKED.
        await PostAsync(scene, "api/system/kill", """{"reason":"test"}""");
        await client.WaitForAsync("system", m => m["system"]!["kill_switch"]!["engaged"]!.GetValue<bool>() && m["system"]!["system_status"]!.GetValue<string>() == "BLOCKED");
        await client.WaitForAsync("beat", m => m["valid_for_ms"]!.GetValue<long>() > 0);

        var seq = snapshot["seq"]!.GetValue<long>();
        foreach (var (word, body) in client.Heard.Where(h => h.Word != "snapshot"))
        {
            Assert.Equal(stream, body["stream_id"]!.GetValue<string>());
            if (word != "beat") seq++;
            Assert.Equal(seq, body["seq"]!.GetValue<long>());
        }
    }

    [Fact]
    public async Task OfficialClient_WrongToken_IsRefused()
    {
        await using var scene = await Scene.OpenAsync();
        await using var client = await SignalRClient.StartAsync(scene.Process.Address, "not-a-token-of-this-control-plane", seconds: 30);
        var refused = await client.WaitForAsync("refused");
        Assert.Contains("401", refused.GetValue<string>(), StringComparison.Ordinal);
    }

    private static async Task PostAsync(Scene scene, string path, string json)
    {
        using var http = new HttpClient { BaseAddress = scene.Process.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ControlPlaneProcess.RunnerToken);
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), body, Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
    }
}
