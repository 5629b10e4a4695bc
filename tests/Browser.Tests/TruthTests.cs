using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>The page never shows what nobody read, and never shows OK when it may not.</summary>
public sealed class TruthTests(Stage stage)
{
    [Fact]
    public async Task UnreadProof_SaysUnavailable_AndKnownZeroSaysZero()
    {
        await using var visitor = await stage.VisitAsync();
        var tap = new HubTap
        {
            Snapshot = snapshot =>
            {
                var row = Row(snapshot, "polygon");
                foreach (var field in new[] { "proof_of_use_count_24h", "error_count_24h", "last_used_at", "last_used_by_bot_id", "error_rate_15m" })
                {
                    row[field] = null;
                    row["unavailable"]!.AsArray().Add(new JsonObject { ["field"] = field, ["code"] = "DATA_UNAVAILABLE", ["since"] = "2026-11-24T20:27:00.000Z" });
                }
            },
        };
        await tap.OnAsync(visitor.Page);
        await visitor.OpenAsync("/connections");
        await Assertions.Expect(visitor.Page.Locator("#row-polygon .c-proof")).ToHaveTextAsync("unavailable");
        await Assertions.Expect(visitor.Page.Locator("#row-polygon .c-used")).ToContainTextAsync("unavailable since");
        Assert.All(await visitor.Page.Locator("#row-polygon td").AllInnerTextsAsync(), text => Assert.DoesNotMatch(@"^0$|\$0", text.Trim()));
        await Assertions.Expect(visitor.Page.Locator("#row-oanda .c-proof")).ToHaveTextAsync("0");
    }

    [Fact]
    public async Task ProofWithUnreadHours_NamesTheGap()
    {
        await using var visitor = await stage.VisitAsync();
        await visitor.Page.RouteAsync("**/api/integrations/polygon", async route =>
        {
            var answer = await route.FetchAsync();
            var detail = JsonNode.Parse(await answer.TextAsync())!;
            detail["usage_24h"]!.AsArray().RemoveAt(5);
            detail["usage_24h"]!.AsArray().RemoveAt(5);
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = detail.ToJsonString() });
        });
        await visitor.OpenAsync("/connections/polygon");
        await Assertions.Expect(visitor.Page.Locator("section[aria-labelledby=proof-title] .line").First).ToContainTextAsync("1,662 proofs, 2 h unavailable");
        Assert.Equal(2, await visitor.Page.Locator(".chart > rect").CountAsync());
    }

    [Fact]
    public async Task UnreadBots_ShowNoZeroInAnyTier_AndNameTheRefusalAndItsTrace()
    {
        const string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        await using var visitor = await stage.VisitAsync();
        await visitor.Page.RouteAsync("**/api/bots?*", route => route.FulfillAsync(new RouteFulfillOptions
        {
            Status = 503,
            ContentType = "application/problem+json",
            Body = $$"""{"type":"about:blank","title":"Unavailable","status":503,"code":"DATA_UNAVAILABLE","detail":"Bots can't be read.","suggested_fix":null,"trace_id":"{{trace}}"}""",
        }));
        var tap = new HubTap
        {
            Snapshot = snapshot =>
            {
                foreach (var tier in snapshot["system"]!["tier_counts"]!.AsObject().Select(t => t.Key).ToArray()) snapshot["system"]!["tier_counts"]![tier] = null;
                snapshot["bots"] = new JsonArray();
                snapshot["unavailable"]!.AsArray().Add(new JsonObject { ["field"] = "bots", ["code"] = "DATA_UNAVAILABLE", ["since"] = "2026-11-24T20:27:00.000Z" });
            },
        };
        await tap.OnAsync(visitor.Page);
        await visitor.OpenAsync("/status");
        await Assertions.Expect(visitor.Page.Locator(".tiers b.word")).ToHaveCountAsync(5);
        Assert.All(await visitor.Page.Locator(".tiers b").AllInnerTextsAsync(), text => Assert.Equal("unavailable", text));
        foreach (var view in new[] { "/status", "/bots" })
        {
            await visitor.GoAsync(view);
            var gone = visitor.Page.Locator(".empty[role=alert]");
            await Assertions.Expect(gone).ToContainTextAsync("Bots unavailable since");
            await Assertions.Expect(gone).ToContainTextAsync($"503 from /api/bots, trace {trace[..8]}");
        }
    }

    [Fact]
    public async Task LapsedEvaluation_IsUnavailable_AndNamesTheLastKnown()
    {
        await using var visitor = await stage.VisitAsync();
        var tap = new HubTap();
        await tap.OnAsync(visitor.Page);
        await visitor.OpenAsync("/status");
        await Assertions.Expect(visitor.Page.Locator(".lead .word")).ToHaveTextAsync("OK");
        tap.ValidForMs = 0;
        await Assertions.Expect(visitor.Page.Locator(".lead .word")).ToHaveTextAsync("UNAVAILABLE");
        await Assertions.Expect(visitor.Page.Locator(".lead")).ToContainTextAsync("Last known: OK");
    }

    [Fact]
    public async Task NoBeatWithSocketUp_SaysSo_AndNothingIsGreen()
    {
        await using var visitor = await stage.VisitAsync();
        var tap = new HubTap();
        await tap.OnAsync(visitor.Page);
        var watch = await Watch.OnAsync(visitor.Page);
        await visitor.OpenAsync("/status");
        Assert.NotEmpty(await visitor.GreenAsync());
        await watch.ForAsync("said", "main [role=alert].banner", "No updates since");
        await watch.ForAsync("unavailable", ".lead .word", "UNAVAILABLE");
        await watch.BeginAsync();
        tap.Silent = true;

        var (sinceBeat, late) = await watch.GreenGoneAsync();
        FiguresTests.Tell("silent: green is gone after the last beat, by the page's clock", [sinceBeat], "ms");
        Assert.True(sinceBeat <= 3000 + late, $"It was green {sinceBeat:N0} ms after the last beat; the browser was {late:N0} ms late.");
        Assert.Empty(await visitor.GreenAsync());
        var heard = await watch.ReadAsync("heard");
        foreach (var (name, limit) in new[] { ("unavailable", 3000), ("said", 4000) })
        {
            var when = await watch.WhenAsync(name) - heard;
            late = await watch.LateAsync();
            Assert.True(when <= limit + late, $"{name}: {when:N0} ms after the last beat; the browser was {late:N0} ms late.");
        }

        await visitor.PictureAsync("silent-light-1440");
        tap.Silent = false;
        await Assertions.Expect(visitor.Alert).ToHaveCountAsync(0);
        await Assertions.Expect(visitor.Page.Locator(".lead .word")).ToHaveTextAsync("OK");
    }

    internal static JsonObject Row(JsonNode snapshot, string provider) =>
        snapshot["integrations"]!.AsArray().Single(row => row!["provider"]!.GetValue<string>() == provider)!.AsObject();
}
