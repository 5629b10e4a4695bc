using System.Net;
using System.Text.Json.Nodes;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The embedded store deleted or put back, under the running program and between two runs.</summary>
public sealed class StoreReplacedTests
{
    [Fact]
    public async Task DatabaseFile_DeletedUnderTheProgram_BlocksUntilConfirmedAndGoesOnWithoutARestart()
    {
        await using var scene = await Scene.OpenAsync();
        await UntilAsync(scene, status => Code(status, "INTEGRATION_KEY_MISSING"), "the gate answers");
        foreach (var file in Directory.GetFiles(scene.DataDirectory, "controlplane.db*")) File.Delete(file);
        await UntilAsync(scene, status => Code(status, "STORE_REPLACED"), "STORE_REPLACED", seconds: 8);
        var status = (await scene.Process.Viewer.Status()).Body!;
        Assert.Equal("BLOCKED", status["system_status"]!.GetValue<string>());
        Assert.Contains(status["unavailable"]!.AsArray(), f => f!["field"]!.GetValue<string>() == "bots");
        Assert.Null(status["bots"]!["total"]);

        var refused = await PostAsync(scene, "/api/usage-events", """{"provider":"polygon","operation":"GET /x","status":"ok"}""", ControlPlaneProcess.RunnerToken);
        Assert.NotEqual(HttpStatusCode.OK, refused);
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(scene, "/api/system/confirm-store", """{"reason":"drill"}""", ControlPlaneProcess.RunnerToken));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(scene, "/api/system/confirm-store", """{"reason":"drill"}""", ControlPlaneProcess.OperatorToken));
        await UntilAsync(scene, s => !Code(s, "STORE_REPLACED") && Code(s, "INTEGRATION_KEY_MISSING"), "confirmed");
        Assert.Equal(HttpStatusCode.OK, await PostAsync(scene, "/api/usage-events", """{"provider":"polygon","operation":"GET /x","status":"ok"}""", ControlPlaneProcess.RunnerToken));
    }

    [Fact]
    public async Task Backup_PutBackWhileTheProgramIsDown_BlocksUntilConfirmed()
    {
        await using var scene = await Scene.OpenAsync();
        await UntilAsync(scene, status => Code(status, "INTEGRATION_KEY_MISSING"), "the gate answers");
        await scene.Process.TerminateAsync();
        var database = Path.Combine(scene.DataDirectory, "controlplane.db");
        File.Copy(database, database + ".backup");
        await scene.StartAsync();
        await UntilAsync(scene, status => Code(status, "INTEGRATION_KEY_MISSING") && !Code(status, "STORE_REPLACED"), "the gate answers again");
        Assert.Equal(HttpStatusCode.OK, await PostAsync(scene, "/api/system/kill", """{"reason":"after the backup"}""", ControlPlaneProcess.RunnerToken));
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        await scene.Process.KillAsync();
        foreach (var file in Directory.GetFiles(scene.DataDirectory, "controlplane.db-*")) File.Delete(file);
        File.Move(database + ".backup", database, overwrite: true);
        await scene.StartAsync();
        await UntilAsync(scene, status => Code(status, "STORE_REPLACED"), "STORE_REPLACED");
        Assert.Equal(HttpStatusCode.OK, await PostAsync(scene, "/api/system/confirm-store", """{"reason":"drill"}""", ControlPlaneProcess.OperatorToken));
        await UntilAsync(scene, status => !Code(status, "STORE_REPLACED"), "confirmed");
        await scene.Process.KillAsync();
        await scene.StartAsync();
        await UntilAsync(scene, status => Code(status, "INTEGRATION_KEY_MISSING") && !Code(status, "STORE_REPLACED"), "confirmed for good");
    }

    private static bool Code(JsonNode status, string code) =>
        status["valid_for_ms"]!.GetValue<long>() > 0 && status["blockers"]!.AsArray().Any(b => b!["code"]!.GetValue<string>() == code);

    private static async Task UntilAsync(Scene scene, Func<JsonNode, bool> condition, string what, int seconds = 60)
    {
        var until = DateTime.UtcNow.AddSeconds(seconds);
        JsonNode? last = null;
        while (DateTime.UtcNow < until)
        {
            last = (await scene.Process.Viewer.Status()).Body!;
            if (condition(last)) return;
            await Task.Delay(100);
        }

        Assert.Fail($"Not within {seconds} s: {what}. {last}\n{scene.Process.Output}");
    }

    private static async Task<HttpStatusCode> PostAsync(Scene scene, string path, string json, string token)
    {
        using var http = new HttpClient { BaseAddress = scene.Process.Address, Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(path, content);
        return answer.StatusCode;
    }
}
