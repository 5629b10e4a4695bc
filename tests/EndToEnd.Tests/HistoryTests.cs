using System.Net;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The record of the built program, over a kill -9.</summary>
public sealed class HistoryTests
{
    [Fact]
    public async Task StatusAt_AfterKillMinus9_IsOkOnlyForTheTimeThatWasOk()
    {
        await using var scene = await Scene.OpenAsync(s => s.SetGoodKeys());
        await scene.Process.Viewer.UntilStatus("OK");

        // The presence of the gate is written about once a second, on the real clock.
        await Task.Delay(2500, TestContext.Current.CancellationToken);
        var whileOk = DateTimeOffset.UtcNow.AddSeconds(-0.5);
        await scene.Process.KillAsync();
        var killedAt = DateTimeOffset.UtcNow;

        // Longer than the last lease, so that there is a gap to tell of.
        await Task.Delay(4500, TestContext.Current.CancellationToken);
        await scene.StartAsync();
        await scene.Process.Viewer.UntilStatus("OK");

        Assert.Equal("OK", await At(scene, whileOk));
        Assert.Equal("BLOCKED", await At(scene, killedAt.AddSeconds(3.5)));
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Process.Viewer.Get("/api/system/status/at?t=2020-01-01T00:00:00Z")).Status);
        var now = await scene.Process.Viewer.Status();
        Assert.Equal("OK", await At(scene, DateTimeOffset.Parse(now["as_of"].GetValue<string>())));
    }

    private static async Task<string> At(Scene scene, DateTimeOffset moment) =>
        (await scene.Process.Viewer.Get($"/api/system/status/at?t={moment.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}"))["system_status"].GetValue<string>();
}
