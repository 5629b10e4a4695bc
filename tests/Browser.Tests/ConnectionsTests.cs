using System.Text.Json.Nodes;
using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>The table of connections and its drawer, as a person uses them.</summary>
[Collection(WithClipboard.Name)]
public sealed class ConnectionsTests(Stage stage)
{
    private static readonly string[] s_worstFirst = ["Not connected", "Degraded", "Unavailable", "Not configured", "Connected"];

    [Fact]
    public async Task DefaultOrder_IsWorstFirst()
    {
        await using var visitor = await stage.VisitAsync();
        await visitor.OpenAsync("/connections");
        var pills = await visitor.Page.Locator("td.c-conn .pill").AllInnerTextsAsync();
        var blocked = await visitor.Page.Locator("td.c-conn .pill[data-s=blocked]").CountAsync();
        var ranks = pills.Skip(blocked).Select(word => Array.IndexOf(s_worstFirst, word)).ToList();
        Assert.DoesNotContain(-1, ranks);
        Assert.Equal(ranks.Order(), ranks);
        Assert.Equal("Connected", pills[^1]);
    }

    [Fact]
    public async Task SortedByProof_KeepsItsOrderUnderThePointer()
    {
        await using var visitor = await stage.VisitAsync();
        JsonObject? usage = null;
        var tap = new HubTap();
        await tap.OnAsync(visitor.Page);
        await visitor.OpenAsync("/connections?sort=proof");
        var before = await visitor.RowOrderAsync();
        Assert.Equal("polygon", before[0]);
        await visitor.Page.HoverAsync("#row-polygon .c-cat");
        for (var i = 1; i <= 20; i++)
        {
            usage = new JsonObject
            {
                ["provider"] = "oanda", ["last_used_at"] = DateTimeOffset.UtcNow.ToString("O"), ["last_used_by_bot_id"] = "grid-eth",
                ["proof_of_use_count_24h"] = 100_000 + i, ["error_count_24h"] = 0, ["error_rate_15m"] = 0, ["unavailable"] = new JsonArray(),
            };
            tap.Send("usage", "usage", usage);
        }

        await Assertions.Expect(visitor.Page.GetByText("Order paused")).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.Locator("#row-oanda .c-proof")).ToHaveTextAsync("100,020");
        Assert.Equal(before, await visitor.RowOrderAsync());
        await visitor.Page.HoverAsync("h1");
        await Assertions.Expect(visitor.Page.GetByText("Order paused")).ToHaveCountAsync(0);
        Assert.Equal("oanda", (await visitor.RowOrderAsync())[0]);
    }

    [Fact]
    public async Task Keys_MoveOpenAndClose_AndDoNothingInFieldsOrWhenOff()
    {
        await using var visitor = await stage.VisitAsync();
        await visitor.OpenAsync("/connections?state=connected");
        var rows = await visitor.RowOrderAsync();
        await visitor.Page.Keyboard.PressAsync("j");
        await Assertions.Expect(visitor.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex($"/connections/{rows[0]}\\?"));
        await Assertions.Expect(visitor.Page.Locator($"#row-{rows[0]}")).ToBeFocusedAsync();
        await visitor.Page.Keyboard.PressAsync("j");
        await Assertions.Expect(visitor.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex($"/connections/{rows[1]}\\?"));
        await visitor.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(visitor.Page.Locator(".drawer")).ToHaveCountAsync(0);
        await Assertions.Expect(visitor.Page.Locator($"#row-{rows[1]}")).ToBeFocusedAsync();

        await visitor.Page.Keyboard.PressAsync("/");
        await Assertions.Expect(visitor.Page.Locator("[data-filter]")).ToBeFocusedAsync();
        await visitor.Page.Keyboard.TypeAsync("v");
        await Assertions.Expect(visitor.Page.Locator("[data-filter]")).ToHaveValueAsync("v");
        Assert.DoesNotContain("/api/integrations/verify", visitor.Posts);
        await visitor.Page.FillAsync("[data-filter]", "");
        await visitor.Page.Locator("h1").FocusAsync();

        await visitor.Page.Keyboard.PressAsync("?");
        await visitor.Page.ClickAsync("#shortcuts [role=switch]");
        await Assertions.Expect(visitor.Page.Locator("#shortcuts [role=switch]")).ToHaveAttributeAsync("aria-checked", "false");
        await visitor.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(visitor.Page.Locator("#shortcuts")).ToBeHiddenAsync();
        await visitor.Page.Keyboard.PressAsync("j");
        await visitor.Page.Keyboard.PressAsync("Control+k");
        await Assertions.Expect(visitor.Page.Locator("#palette")).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.Locator(".drawer")).ToHaveCountAsync(0);
        await visitor.Page.Keyboard.TypeAsync("polygon");
        await visitor.PictureAsync("palette-light-1440");
        await visitor.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(visitor.Page.Locator("#palette")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task DeepLink_OpensDrawerAndFilter_AndBackCloses()
    {
        await using var visitor = await stage.VisitAsync();
        await visitor.OpenAsync("/connections?state=connected");
        await visitor.Page.ClickAsync("#row-polygon .c-name a");
        await Assertions.Expect(visitor.Page.Locator(".drawer h2")).ToHaveTextAsync("Polygon.io (Massive)");
        await visitor.Page.ReloadAsync();
        await Assertions.Expect(visitor.Page.Locator(".drawer h2")).ToHaveTextAsync("Polygon.io (Massive)");
        await visitor.Page.WaitForSelectorAsync("html[data-live]", new PageWaitForSelectorOptions { State = WaitForSelectorState.Attached });
        await Assertions.Expect(visitor.Rows).ToHaveCountAsync(3);
        await Assertions.Expect(visitor.Page.Locator(".chip[aria-pressed=true]")).ToContainTextAsync("Connected");
        await visitor.Page.GoBackAsync();
        await Assertions.Expect(visitor.Page.Locator(".drawer")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Copies_AreExact_AndEveryAgeTellsItsInstant()
    {
        await using var visitor = await stage.VisitAsync();
        var missing = (await stage.Scene.Process.Viewer.Row("alpaca"))["missing_env_vars"]!.AsArray().Select(name => name!.GetValue<string>()).ToArray();
        Assert.NotEmpty(missing);
        await visitor.OpenAsync("/connections/alpaca");
        await visitor.Page.ClickAsync("text=Copy missing names");
        await Assertions.Expect(visitor.Toasts).ToContainTextAsync("copied");
        Assert.Equal(string.Join('\n', missing), await visitor.ClipboardAsync());

        await visitor.OpenAsync("/connections/polygon");
        await visitor.Page.Locator("section[aria-labelledby=history-title] .trace button").First.ClickAsync();
        await Assertions.Expect(visitor.Toasts).ToContainTextAsync("Trace id copied");
        Assert.Matches("^[0-9a-f]{32}$", await visitor.ClipboardAsync());
        var titles = await visitor.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('time-ago')].map(t => t.title)");
        Assert.NotEmpty(titles);
        Assert.All(
            titles,
            title => Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$", title));
        Assert.All(
            await visitor.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('time-ago')].map(t => t.shadowRoot.textContent)"),
            text => Assert.EndsWith(" ago", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task SecretsSet_WithANameMissing_SaysWhichAndTurnsOffAgain()
    {
        await using var visitor = await stage.VisitAsync();
        await visitor.OpenAsync("/connections/alpaca");
        await visitor.Page.ClickAsync(".drawer [role=switch]");
        var says = visitor.Page.Locator("#set-says");
        await Assertions.Expect(says).ToContainTextAsync("Still missing: ALPACA");
        Assert.Matches("[0-9a-f]{32}", await says.InnerTextAsync());
        await Assertions.Expect(visitor.Page.Locator(".drawer [role=switch]")).ToHaveAttributeAsync("aria-checked", "false");
    }

    [Fact]
    public async Task Verify_AnswersInWords_AndNoSecretReachesThePage()
    {
        await using var visitor = await stage.VisitAsync();
        var bodies = new List<string>();
        var reads = new List<Task<string>>();
        var frames = 0;
        visitor.Page.Response += (_, response) =>
        {
            if (!response.Url.Contains("/api/", StringComparison.Ordinal) && response.Request.ResourceType != "document") return;
            lock (reads) reads.Add(BodyOrNothing(response));
        };
        visitor.Page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) =>
        {
            lock (bodies) bodies.Add(frame.Text ?? "");
            Interlocked.Increment(ref frames);
        };
        await visitor.OpenAsync("/connections/polygon");
        await visitor.Page.ClickAsync(".drawer .btn.primary");
        await Assertions.Expect(visitor.Page.Locator(".drawer .said")).ToContainTextAsync("Verified at");
        await Assertions.Expect(visitor.Page.Locator("section[aria-labelledby=how-title]")).ToBeAttachedAsync();
        Task<string>[] read;
        lock (reads) read = [.. reads];
        var answers = await Task.WhenAll(read);
        string[] received;
        lock (bodies) received = [.. bodies, .. answers];
        Assert.True(frames > 0);
        Assert.Contains(answers, body => body.StartsWith("<!DOCTYPE html>", StringComparison.Ordinal));
        Assert.Contains(answers, body => body.Contains("\"connected\":true", StringComparison.Ordinal));
        var seen = await visitor.Page.ContentAsync() + string.Join('\n', received);
        Assert.Contains("••••••••", seen, StringComparison.Ordinal);
        Assert.All(Scene.GoodKeys, key => Assert.DoesNotContain(key.Value, seen, StringComparison.Ordinal));
        Assert.DoesNotContain(ControlPlaneProcess.OperatorToken, seen, StringComparison.Ordinal);
    }

    /// <summary>The browser may let go of a body before it is asked for; those that the test needs are asserted to be there.</summary>
    private static async Task<string> BodyOrNothing(IResponse response)
    {
        try
        {
            return await response.TextAsync();
        }
        catch (PlaywrightException)
        {
            return "";
        }
    }
}
