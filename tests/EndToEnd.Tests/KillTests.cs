using System.Net;
using Microsoft.Data.Sqlite;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The kill of the built program when its store takes nothing.</summary>
public sealed class KillTests
{
    [Fact]
    public async Task Kill_StoreTakesNothingAndTheProcessIsKilled_StillHoldsAfterwards()
    {
        await using var scene = await Scene.OpenAsync(s => s.SetGoodKeys());
        await scene.Process.Viewer.UntilStatus("OK");
        using (HoldTheDatabase(scene))
        {
            var kill = await scene.Process.Runner.Post("/api/system/kill", new { reason = "the disk is gone" });
            Assert.Equal((HttpStatusCode.OK, true, false), (kill.Status, kill["engaged"].GetValue<bool>(), kill["durable"].GetValue<bool>()));
            Assert.Equal("BLOCKED", (await scene.Process.Viewer.Status())["system_status"].GetValue<string>());
            await scene.Process.KillAsync();
        }

        await scene.StartAsync();
        var status = await scene.Process.Viewer.Until(s => s["autonomy_gates"].AsObject().All(g => g.Value!["healthy"]!.GetValue<bool>()), "every gate holds");
        Assert.Equal(("BLOCKED", "KILL_SWITCH_ENGAGED"), (status["system_status"].GetValue<string>(), status.Codes("blockers")[0]));
        Assert.Equal("the disk is gone", status["kill_switch"]["reason"]!.GetValue<string>());
        var release = await scene.Process.Operator.Post("/api/system/release", new { reason = "it is back" });
        Assert.Equal(HttpStatusCode.OK, release.Status);
        await scene.Process.Viewer.UntilStatus("OK");
        Assert.True((await scene.Process.Operator.Get("/api/audit/check"))["intact"].GetValue<bool>());
    }

    [Fact]
    public async Task Drill_StopsNobody_AndIsListed()
    {
        await using var scene = await Scene.OpenAsync(s => s.SetGoodKeys());
        await scene.Process.Viewer.UntilStatus("OK");
        var drill = await scene.Process.Operator.Post("/api/system/kill-drill");
        Assert.Equal(HttpStatusCode.OK, drill.Status);
        Assert.True(drill["nodes"].AsArray().Single()!["acknowledged"]!.GetValue<bool>(), drill.Text);
        Assert.Equal("OK", (await scene.Process.Viewer.Status())["system_status"].GetValue<string>());
        Assert.Single((await scene.Process.Viewer.Get("/api/system/kill-drills"))["items"].AsArray());
        Assert.Equal(HttpStatusCode.Forbidden, (await scene.Process.Runner.Post("/api/system/kill-drill")).Status);
    }

    [Theory]
    [InlineData("flip")]
    [InlineData("truncate")]
    [InlineData("unreadable")]
    [InlineData("directory")]
    public async Task Spool_Damaged_IsAnEngagedKill_AndTheStoreIsInDoubtUntilConfirmed(string how)
    {
        if (how == "unreadable" && Environment.UserName == "root") Assert.Skip("root reads everything");
        await using var scene = await Scene.OpenAsync(s => s.SetGoodKeys());
        await scene.Process.Viewer.UntilStatus("OK");
        await scene.Process.TerminateAsync();
        var spool = Path.Combine(scene.DataDirectory, "kills.spool");
        Damage(spool, how);
        await scene.StartAsync();
        var status = await scene.Process.Viewer.Until(s => s["kill_switch"]["engaged"]?.GetValue<bool>() == true && s.Codes("blockers").Contains("STORE_REPLACED"), "engaged and in doubt");
        Assert.Contains("spool", status["kill_switch"]["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains(" CRT ", scene.Process.Output, StringComparison.Ordinal);
        if (how == "directory")
        {
            var refused = await scene.Process.Operator.Post("/api/system/confirm-store", new { reason = "drill" });
            Assert.Equal(HttpStatusCode.Conflict, refused.Status);
            Assert.Contains("kills.spool", refused.Text, StringComparison.Ordinal);
            Directory.Delete(spool, recursive: true);
        }

        Assert.Equal(HttpStatusCode.OK, (await scene.Process.Operator.Post("/api/system/release", new { reason = "looked" })).Status);
        Assert.Equal("BLOCKED", (await scene.Process.Viewer.Status())["system_status"].GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await scene.Process.Operator.Post("/api/system/confirm-store", new { reason = "looked" })).Status);
        await scene.Process.Viewer.UntilStatus("OK");

        // The spool is sound again.
        await scene.Process.TerminateAsync();
        await scene.StartAsync();
        await scene.Process.Viewer.UntilStatus("OK");
    }

    private static void Damage(string spool, string how)
    {
        switch (how)
        {
            case "flip":
                var bytes = File.ReadAllBytes(spool);
                for (var i = 0; i < bytes.Length; i += 512) bytes[i] ^= 1;
                File.WriteAllBytes(spool, bytes);
                break;
            case "truncate":
                using (var file = File.OpenWrite(spool)) file.SetLength(file.Length / 3);
                break;
            case "unreadable" when !OperatingSystem.IsWindows():
                File.SetUnixFileMode(spool, UnixFileMode.None);
                break;
            default:
                File.Delete(spool);
                Directory.CreateDirectory(Path.Combine(spool, "in-its-place"));
                break;
        }
    }

    [Fact]
    public Task Kill_StoreHangs_NothingIsGrantedAfterItsAnswer() => StormAsync(rounds: 4);

    [Fact(Explicit = true)]
    [Trait("Category", "Long")]
    public Task Kill_TwentyFiveStorms_NothingIsGrantedAfterItsAnswer() => StormAsync(rounds: 25);

    /// <summary>Starts, heartbeats, permits and orders go on all the time; the store hangs around each kill.</summary>
    private static async Task StormAsync(int rounds)
    {
        await using var scene = await Scene.OpenAsync(s => s.SetGoodKeys());
        await scene.Process.Viewer.UntilStatus("OK");
        await using var bot = await GreedyBot.StartAsync(scene.Process, "greedy");
        for (var round = 0; round < rounds; round++)
        {
            await bot.UntilAllowedAsync();
            var path = round % 3 == 2 ? "/api/bots/greedy" : "/api/system";
            var holding = HoldTheDatabase(scene);
            var freeing = Task.Delay(400, TestContext.Current.CancellationToken).ContinueWith(_ => holding.Dispose(), TaskScheduler.Default);
            await Task.Delay(Random.Shared.Next(250), TestContext.Current.CancellationToken);
            var kill = await scene.Process.Runner.Post($"{path}/kill", new { reason = "storm" });
            var answeredAt = bot.Now;
            Assert.Equal((HttpStatusCode.OK, true), (kill.Status, kill["engaged"].GetValue<bool>()));
            await freeing;
            await Task.Delay(700, TestContext.Current.CancellationToken);
            Assert.DoesNotContain(bot.Allowed, a => a.SentAt > answeredAt);

            // What was asked before and is answered after has a moment on its way.
            Assert.DoesNotContain(bot.Allowed, a => a.ReceivedAt > answeredAt + TimeSpan.FromMilliseconds(500));
            var clock = System.Diagnostics.Stopwatch.StartNew();
            while ((await scene.Process.Operator.Post($"{path}/release", new { reason = "storm" })).Status != HttpStatusCode.OK) Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{rounds} storms: nothing granted after an answer, {bot.Allowed.Count} grants in all.");
    }

    /// <summary>Another program holds the database's lock: no write goes through.</summary>
    private static SqliteConnection HoldTheDatabase(Scene scene)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(scene.DataDirectory, "controlplane.db")};Pooling=False;Default Timeout=30");
        connection.Open();
        using var begin = connection.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        begin.ExecuteNonQuery();
        return connection;
    }
}
