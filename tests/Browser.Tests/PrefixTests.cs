using System.Globalization;
using ControlPlane.EndToEnd.Tests;
using ControlPlane.Testing.Proxy;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>The page below a prefix of a proxy that ends TLS: everything that it names lies below the prefix too.</summary>
public sealed class PrefixTests(Stage stage)
{
    private const string Prefix = "/control-plane";

    [Fact]
    public async Task Page_BehindAProxyWithAPrefix_SignsInIsLiveAndComesBackAfterACut()
    {
        var browser = await stage.LaunchAsync();
        await using var closing = browser;
        await using var scene = await Scene.OpenAsync(scene =>
        {
            scene.Settings["ControlPlane__Access__TrustedProxies"] = "127.0.0.1";
            scene.Settings["ControlPlane__Access__PathBase"] = Prefix;
        });
        await scene.Process.Operator.Put(Prefix + "/api/bots/grid-eth", new { name = "grid-eth" });
        await using var nginx = await Nginx.StartAsync($$"""
            location {{Prefix}}/ {
                proxy_pass {{scene.Process.Address.GetLeftPart(UriPartial.Authority)}};
                proxy_http_version 1.1;
                proxy_set_header Host $http_host;
                proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                proxy_set_header X-Forwarded-Proto $scheme;
                proxy_set_header Upgrade $http_upgrade;
                proxy_set_header Connection $connection_upgrade;
            }
            """);
        var origin = string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{nginx.Port}");
        await using var context = await browser.NewContextAsync(new BrowserNewContextOptions { IgnoreHTTPSErrors = true, ReducedMotion = ReducedMotion.Reduce });
        context.SetDefaultTimeout(120_000);
        var page = await context.NewPageAsync();
        var outside = new List<string>();
        page.Request += (_, request) =>
        {
            lock (outside) if (!request.Url.StartsWith(origin + Prefix + "/", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)) outside.Add(request.Url);
        };
        await page.GotoAsync($"{origin}{Prefix}/");
        await page.Locator("#token").FillAsync(ControlPlaneProcess.OperatorToken);
        await page.Locator("button[type=submit]").ClickAsync();
        await page.WaitForSelectorAsync("html[data-ready][data-live]", new PageWaitForSelectorOptions { State = WaitForSelectorState.Attached });
        await page.Locator("a.place[href=bots]").ClickAsync();
        await Assertions.Expect(page.Locator("tbody tr[data-row]")).ToHaveCountAsync(1);
        Assert.Equal($"{origin}{Prefix}/bots", page.Url);

        // The proxy cuts what stays open: the page connects again by itself, and is live.
        var again = page.WaitForWebSocketAsync();
        await nginx.ReloadAsync();
        await again;
        await page.WaitForSelectorAsync("html[data-live]", new PageWaitForSelectorOptions { State = WaitForSelectorState.Attached });
        await page.ReloadAsync();
        await page.WaitForSelectorAsync("html[data-ready][data-live]", new PageWaitForSelectorOptions { State = WaitForSelectorState.Attached });
        await Assertions.Expect(page.Locator("tbody tr[data-row]")).ToHaveCountAsync(1);
        Assert.Empty(outside);
    }
}
