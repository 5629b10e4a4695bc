using System.Text.Json.Nodes;
using ControlPlane.Cluster.Tests.Faults;
using ControlPlane.EndToEnd.Tests;
using ControlPlane.Testing.Postgres;
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
        await Assertions.Expect(visitor.Page.Locator("#row-openai .c-proof")).ToHaveTextAsync("0");
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
        await Assertions.Expect(visitor.Page.Locator("section[aria-labelledby=proof-title] .line").First).ToContainTextAsync("1,662 calls, 9 failed, 2 h unavailable");
        Assert.Equal(2, await visitor.Page.Locator(".chart > rect").CountAsync());
    }

    /// <summary>The front end lives, and the only silo behind it is killed: who the bots are, nobody can say.</summary>
    [Fact]
    public async Task UnreadBots_ShowNoZeroInAnyTier_AndNameTheRefusalAndItsTrace()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync("unread");
        var data = Directory.CreateTempSubdirectory("control-plane-silo-");
        try
        {
            await using var silo = new NodeProcess("silo", "Silo", new Dictionary<string, string>
            {
                ["ConnectionStrings__ControlPlane"] = database,
                ["ControlPlane__DataDirectory"] = data.FullName,
                ["ControlPlane__Silo__Port"] = $"{FreePort()}",
                ["ControlPlane__Silo__GatewayPort"] = $"{FreePort()}",
                ["CONTROLPLANE_OPERATOR_TOKEN"] = ControlPlaneProcess.OperatorToken,
            });
            await silo.StartAsync();
            await using var scene = await Scene.OpenAsync(s =>
            {
                s.Settings["ConnectionStrings__ControlPlane"] = database;
                s.Settings["ControlPlane__Role"] = "FrontEnd";
            });
            await BotsAnswerAsync(scene, System.Net.HttpStatusCode.OK);
            await using var visitor = await stage.VisitAsync(address: scene.Process.Address);

            // A session that was confirmed a moment ago may still look when the cluster does not answer.
            await visitor.OpenAsync("/status");
            await silo.KillAsync();
            await BotsAnswerAsync(scene, System.Net.HttpStatusCode.ServiceUnavailable);

            // The page that is open is told, and so is one that is opened now.
            await Assertions.Expect(visitor.Page.Locator(".empty[role=alert]")).ToContainTextAsync("Bots unavailable since");
            await visitor.OpenAsync("/status");
            await Assertions.Expect(visitor.Page.Locator(".tiers b.word")).ToHaveCountAsync(5);
            Assert.All(await visitor.Page.Locator(".tiers b").AllInnerTextsAsync(), text => Assert.Equal("unavailable", text));
            foreach (var view in new[] { "/status", "/bots" })
            {
                await visitor.GoAsync(view);
                var gone = visitor.Page.Locator(".empty[role=alert]");
                await Assertions.Expect(gone).ToContainTextAsync("Bots unavailable since");
                await Assertions.Expect(gone).ToContainTextAsync(new System.Text.RegularExpressions.Regex("503 from /api/bots, trace [0-9a-f]{8}"));
                await visitor.PictureAsync($"bots-unavailable-{view[1..]}-light-1440");
                if (view == "/bots") Assert.Equal(0, await visitor.Page.Locator(".chips .chip b, .heading .muted").CountAsync());
            }
        }
        finally
        {
            data.Delete(recursive: true);
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

    private static async Task BotsAnswerAsync(Scene scene, System.Net.HttpStatusCode status)
    {
        var end = DateTime.UtcNow.AddSeconds(60);
        while ((await scene.Process.Viewer.Get("/api/bots")).Status is var now && now != status)
        {
            Assert.True(DateTime.UtcNow < end, $"/api/bots goes on answering {now}.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    internal static JsonObject Row(JsonNode snapshot, string provider) =>
        snapshot["integrations"]!.AsArray().Single(row => row!["provider"]!.GetValue<string>() == provider)!.AsObject();
}
