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
