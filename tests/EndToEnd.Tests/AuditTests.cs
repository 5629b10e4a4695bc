using Microsoft.Data.Sqlite;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The audit log of the built program, cut while it was down.</summary>
public sealed class AuditTests
{
    [Fact]
    public async Task Check_TailCutWhileTheProgramWasDown_IsFoundWithTheEntryNamed()
    {
        await using var scene = await Scene.OpenAsync();
        for (var i = 0; i < 3; i++) await scene.Process.Operator.Put($"/api/bots/b{i}", new { name = "B" });
        var before = await scene.Process.Operator.Get("/api/audit/check");
        Assert.True(before["intact"].GetValue<bool>(), before.Text);
        var (entries, hash) = (before["checked"].GetValue<long>(), before["head_hash"].GetValue<string>());
        Assert.Equal(entries, before["anchored_to"].GetValue<long>());
        await scene.Process.KillAsync();
        Cut(scene, entries - 1);
        await scene.StartAsync();

        var after = await scene.Process.Operator.Get("/api/audit/check");
        Assert.Equal((false, entries), (after["intact"].GetValue<bool>(), after["first_broken"].GetValue<long>()));

        // Without the anchor a person who kept the hash still finds it.
        File.Delete(Path.Combine(scene.DataDirectory, "audit.anchor"));
        Assert.True((await scene.Process.Operator.Get("/api/audit/check"))["intact"].GetValue<bool>());
        var kept = await scene.Process.Operator.Get($"/api/audit/check?expect_sequence={entries}&expect_hash={hash}");
        Assert.Equal((false, entries), (kept["intact"].GetValue<bool>(), kept["first_broken"].GetValue<long>()));
    }

    private static void Cut(Scene scene, long after)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(scene.DataDirectory, "controlplane.db")};Pooling=False");
        connection.Open();
        using var cut = connection.CreateCommand();
        cut.CommandText = $"DELETE FROM audit_log WHERE sequence > {after}";
        Assert.True(cut.ExecuteNonQuery() > 0);
    }
}
