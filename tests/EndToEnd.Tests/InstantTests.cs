using System.Text.Json.Nodes;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Instants that callers send, to a program whose host lives in another time zone.</summary>
public sealed class InstantTests
{
    [Fact]
    public async Task Instant_WithoutZone_IsRefusedInEveryBody_AndNeverReadAsTheHostsTime()
    {
        await using var scene = await Scene.OpenAsync(s => s.Settings["TZ"] = "Asia/Tokyo");
        await scene.Process.Operator.Put("/api/bots/momentum", new { name = "Momentum" });
        var at = DateTimeOffset.UtcNow.AddMinutes(-1).UtcDateTime;
        var bare = $"{at:yyyy-MM-ddTHH:mm:ss}";
        foreach (var (list, body) in new (string, object)[]
        {
            ("trades", new { trade_id = "t0", symbol = "ES", side = "buy", quantity = 1, price = 100, pnl = -5000, opened_at = bare }),
            ("trades", new { trade_id = "t0", symbol = "ES", side = "buy", quantity = 1, price = 100, pnl = -5000, closed_at = bare }),
            ("decisions", new { decision_id = "d0", symbol = "ES", action = "buy", occurred_at = bare }),
            ("no-trades", new { symbol = "ES", reasons = new[] { new { code = "NO_SIGNAL" } }, occurred_at = bare }),
        })
        {
            var batch = await scene.Process.Runner.Post($"/api/bots/momentum/{list}", new { items = new[] { body } });
            Assert.True(batch["rejected"].AsArray().Count == 1 && batch["accepted"].GetValue<int>() == 0, $"{list}: {batch.Text}");
            Assert.Empty((await scene.Process.Runner.Get($"/api/bots/momentum/{list}"))["items"].AsArray());
        }

        var cycles = await scene.Process.Runner.Post("/api/bots/momentum/cycles", new { items = new[] { new { cycle_id = "c0", outcome = "no_signal", occurred_at = bare } } });
        Assert.Single(cycles["rejected"].AsArray());
        var usage = await scene.Process.Runner.Post("/api/usage-events", new { events = new[] { new { provider = "polygon", operation = "GET /x", status = "ok", occurred_at = bare } } });
        Assert.Single(usage["rejected"].AsArray());

        // With a zone it is the instant that it says, to the nanosecond's digit and wherever it was written.
        var east = $"{at.AddHours(5):yyyy-MM-ddTHH:mm:ss}.123456789+05:00";
        await scene.Process.Runner.Post("/api/bots/momentum/trades", new { trade_id = "t1", symbol = "ES", side = "buy", quantity = 1, price = 100, pnl = -5000, opened_at = east, closed_at = $"{at:yyyy-MM-ddTHH:mm:ss}.2Z" });
        JsonNode trade = Assert.Single((await scene.Process.Runner.Get("/api/bots/momentum/trades"))["items"].AsArray())!;
        Assert.Equal($"{at:yyyy-MM-ddTHH:mm:ss}.123Z", trade["opened_at"]!.GetValue<string>());
        Assert.Equal($"{at:yyyy-MM-ddTHH:mm:ss}.200Z", trade["closed_at"]!.GetValue<string>());
    }
}
