using System.Globalization;
using System.Net;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The built program on a host that slept: its monotonic clock stood still, its wall clock ran on.</summary>
public sealed class SuspendedHostTests
{
    /// <summary>The program looks at its clocks four times a second, and the shifted clock twenty times.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task HostSlept_AMinute_EightHours_ThreeDays_EachIsClosedUntilProvenAnew_AndARevokedKeyNeverOpens()
    {
        var file = Path.Combine(Path.GetTempPath(), $"control-plane-ahead-{Guid.NewGuid():N}");
        SetAhead(file, TimeSpan.Zero);
        try
        {
            await using var scene = await Scene.OpenAsync(s =>
            {
                s.SetGoodKeys();
                s.Settings["DOTNET_STARTUP_HOOKS"] = Path.Combine(AppContext.BaseDirectory, "ClockShift.dll");
                s.Settings["ASPNETCORE_HOSTINGSTARTUPASSEMBLIES"] = "ClockShift";
                s.Settings["CLOCKSHIFT_RATE"] = "1";
                s.Settings["CLOCKSHIFT_AHEAD_FILE"] = file;
            });
            var (runner, viewer, person) = (scene.Process.Runner, scene.Process.Viewer, scene.Process.Operator);
            await viewer.UntilStatus("OK");
            await runner.Put("/api/bots/sleeper", new { name = "Sleeper", requires = new[] { "polygon" } });
            var start = await runner.Post("/api/bots/sleeper/runner/start", new { runner_id = "r1" });
            Assert.Equal(HttpStatusCode.OK, start.Status);
            var permit = $"/api/bots/sleeper/permit?intent=open&epoch={start["epoch"]}";
            await HeartbeatAsync(runner, start);
            await UntilAllowedAsync(runner, permit);
            await person.Post("/api/system/live/arm", new { minutes = 60, reason = "to see it end" });

            var asleep = TimeSpan.Zero;
            foreach (var sleep in new[] { TimeSpan.FromMinutes(1), TimeSpan.FromHours(8) })
            {
                asleep += sleep;
                SetAhead(file, asleep);
                await Task.Delay(s_look, TestContext.Current.CancellationToken);
                var (status, allowed) = (await viewer.Status(), await runner.Get(permit));
                Assert.Equal(("BLOCKED", false), (status["system_status"].GetValue<string>(), allowed["allowed"].GetValue<bool>()));
                Assert.Contains("HOST_SUSPENDED", status.Codes("blockers"));

                // Its keys are good: it comes back without a person, whatever the providers' minimum intervals. LIVE does not.
                Assert.False((await viewer.UntilStatus("OK"))["live_trading"]["armed"]!.GetValue<bool>());
            }

            scene.Revoke("polygon");
            SetAhead(file, asleep + TimeSpan.FromDays(3));
            await Task.Delay(s_look, TestContext.Current.CancellationToken);
            var end = DateTime.UtcNow.AddSeconds(10);
            while (DateTime.UtcNow < end)
            {
                Assert.Equal("BLOCKED", (await viewer.Status())["system_status"].GetValue<string>());
                Assert.False((await runner.Get(permit))["allowed"].GetValue<bool>());
                Assert.NotEqual("CONTINUE", (await HeartbeatAsync(runner, start)).Body?["directive"]?.GetValue<string>());
            }

            Assert.Equal("invalid", (await viewer.Row("polygon"))["last_verify_status"]!.GetValue<string>());
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Task<ApiAnswer> HeartbeatAsync(ApiClient runner, ApiAnswer start) =>
        runner.Post("/api/bots/sleeper/runner/heartbeat", new { runner_id = "r1", epoch = start["epoch"].GetValue<long>() });

    private static async Task UntilAllowedAsync(ApiClient runner, string permit)
    {
        var end = DateTime.UtcNow.AddSeconds(30);
        while (!(await runner.Get(permit))["allowed"].GetValue<bool>())
        {
            Assert.True(DateTime.UtcNow < end, "No permit within 30 s.");
            await Task.Delay(50);
        }
    }

    /// <summary>In place at once, so that no reader sees half of it.</summary>
    private static void SetAhead(string file, TimeSpan ahead)
    {
        File.WriteAllText(file + ".new", ahead.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        File.Move(file + ".new", file, overwrite: true);
    }
}
