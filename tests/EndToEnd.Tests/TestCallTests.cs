using System.Net;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Proof of use, before any bot runs: a call, its row, its figures.</summary>
public sealed class TestCallTests
{
    [Fact]
    public async Task TestCall_IsARealCallWhoseRowAndFiguresAreThere()
    {
        await using var scene = await Scene.OpenAsync();
        var none = await scene.Process.Operator.Post("/api/integrations/polygon/test-call");
        Assert.Equal((HttpStatusCode.Conflict, "INTEGRATION_KEY_MISSING"), (none.Status, none.Code));
        scene.SetGoodKeys();
        await scene.Process.Viewer.UntilStatus("OK");
        Assert.Equal(0, (await scene.Process.Viewer.Row("polygon"))["proof_of_use_count_24h"]!.GetValue<int>());

        var before = scene.Simulator.Requests("polygon").Count;
        var call = await scene.Process.Operator.Post("/api/integrations/polygon/test-call");
        Assert.True(call.Status == HttpStatusCode.OK, call.Text);
        Assert.Equal(("ok", 200), (call["status"].GetValue<string>(), call["http_status"].GetValue<int>()));
        Assert.Equal(before + 1, scene.Simulator.Requests("polygon").Count);

        var row = Assert.Single((await scene.Process.Viewer.Get("/api/integrations/polygon/events"))["items"].AsArray())!;
        Assert.Equal(call["event_id"].GetValue<string>(), row["event_id"]!.GetValue<string>());
        Assert.Equal(call["trace_id"].GetValue<string>(), row["trace_id"]!.GetValue<string>());
        Assert.Equal(
            ("control-plane-test", "GET /polygon/v1/marketstatus/now", "ok", 200),
            (row["bot_id"]!.GetValue<string>(), row["operation"]!.GetValue<string>(), row["status"]!.GetValue<string>(), row["http_status"]!.GetValue<int>()));

        var figures = await scene.Process.Viewer.UntilRow("polygon", r => r["proof_of_use_count_24h"]!.GetValue<int>() == 1, "counted");
        Assert.Equal("control-plane-test", figures["last_used_by_bot_id"]!.GetValue<string>());
        Assert.Equal(row["occurred_at"]!.GetValue<DateTimeOffset>(), figures["last_used_at"]!.GetValue<DateTimeOffset>(), TimeSpan.FromMilliseconds(1));

        // Our own verifies have been made all the while, and are no use.
        Assert.NotEmpty((await scene.Process.Viewer.Get("/api/integrations/polygon/verifications"))["items"].AsArray());
    }
}
