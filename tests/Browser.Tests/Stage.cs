using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

// Most of the time they wait: for a lease to end, for a process to come back.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.Collections, MaxThreads = 3)]
[assembly: AssemblyFixture(typeof(ControlPlane.Browser.Tests.Stage))]

namespace ControlPlane.Browser.Tests;

/// <summary>One browser and one running product for all tests: the simulator plays the providers, three of them have good keys.</summary>
public sealed class Stage : IAsyncLifetime
{
    private static readonly string[] s_flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private string? _chromium;

    /// <summary>Null where this machine has none, and none was asked for: the tests are skipped then.</summary>
    public IBrowser? Browser { get; private set; }

    internal Scene Scene { get; private set; } = null!;

    /// <summary>Where pictures of the views go; not part of the repository.</summary>
    public static string Pictures { get; } = Path.Combine(Path.GetDirectoryName(ControlPlaneProcess.DllPath)!, "../../../../artifacts/screenshots");

    public async ValueTask InitializeAsync()
    {
        var asked = Environment.GetEnvironmentVariable("CONTROLPLANE_CHROMIUM");
        var chromium = asked ?? "/usr/bin/chromium";
        if (asked is null && !File.Exists(chromium)) return;

        // The system's own browser, and never a download.
        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        _playwright = await Playwright.CreateAsync();

        // The page has deadlines of its own; these are for a busy machine.
        Assertions.SetDefaultExpectTimeout(90_000);
        _chromium = chromium;
        Browser = await LaunchAsync();
        Scene = await Scene.OpenAsync(scene => scene.Settings["ControlPlane__Verify__MinIntervalSeconds"] = "0");
        Scene.SetGoodKeys();
        await Scene.Process.Operator.UntilStatus("OK");
        var events = Enumerable.Range(0, 1662).Select(i => new { bot_id = "grid-eth", provider = "polygon", operation = "GET /v3/quotes", status = i % 200 == 0 ? "error" : "ok", http_status = 200, latency_ms = 40 + (i % 30) });
        await Scene.Process.Runner.Post("/api/usage-events", new { events });
        await Scene.Process.Operator.Put("/api/bots/grid-eth", new { name = "grid-eth", requires = new[] { "polygon", "oanda" } });
        await Scene.Process.Operator.Put("/api/bots/atlas-mm", new { name = "atlas-mm", requires = new[] { "polygon" } });
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null) await Browser.DisposeAsync();
        _playwright?.Dispose();
        if (Scene is not null) await Scene.DisposeAsync();
    }

    /// <summary>Another browser, with settings of its own.</summary>
    internal Task<IBrowser> LaunchAsync(params string[] flags)
    {
        Skip();
        return _playwright!.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = _chromium, Args = [.. s_flags, .. flags] });
    }

    /// <summary>A signed-in person with a page of their own; not yet anywhere.</summary>
    internal Task<Visitor> VisitAsync(bool dark = false, int width = 1440, Uri? address = null, string? token = ControlPlaneProcess.OperatorToken, IBrowser? browser = null)
    {
        Skip();
        return Visitor.ComeAsync(browser ?? Browser!, address ?? Scene.Process.Address, dark, width, token);
    }

    private void Skip() =>
        Assert.SkipWhen(_chromium is null, "There is no Chromium on this machine: install the package chromium, or name one in CONTROLPLANE_CHROMIUM.");
}
