namespace ControlPlane.EndToEnd.Tests;

/// <summary>Failed calls are found however far back they are; the oracle is what was posted.</summary>
public sealed class FailedEventsTests
{
    [Theory]
    [InlineData(7)]
    [InlineData(100)]
    public async Task StatusFailed_WalkedToTheEnd_IsEveryFailureOnce_NewestFirst(int limit)
    {
        await using var scene = await Scene.OpenAsync();
        var (from, statuses) = (DateTimeOffset.UtcNow.AddHours(-2), new[] { "error", "timeout", "rate_limited" });
        var events = Enumerable.Range(0, 2_000).Select(i => new
        {
            event_id = Guid.CreateVersion7().ToString(), bot_id = "b1", provider = i % 5 == 0 ? "oanda" : "polygon", operation = "GET /x",
            status = i < 400 && i % 3 == 0 ? statuses[i / 3 % 3] : "ok", occurred_at = from.AddSeconds(i).ToString("O"),
        }).ToArray();
        var posted = await scene.Process.Runner.Post("/api/usage-events", new { events });
        Assert.Equal(events.Length, posted["accepted"].GetValue<int>());

        var seen = new List<string>();
        string? before = null;
        do
        {
            var page = await scene.Process.Viewer.Get($"/api/integrations/polygon/events?status=failed&limit={limit}{(before is null ? "" : $"&before={before}")}");
            var items = page["items"].AsArray();
            Assert.True(items.Count <= limit);
            seen.AddRange(items.Select(item => item!["event_id"]!.GetValue<string>()));
            before = page.Body!["next"]?.GetValue<string>();
        }
        while (before is not null);

        Assert.Equal(events.Where(e => e.provider == "polygon" && e.status != "ok").Reverse().Select(e => e.event_id), seen);
    }
}
