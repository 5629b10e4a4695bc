using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>A person in front of a browser of their own.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly Uri _address;

    private Visitor(IBrowserContext context, IPage page, Uri address) => (_context, Page, _address) = (context, page, address);

    public IPage Page { get; }

    /// <summary>Every address that the page asked for.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>What the page sent with POST.</summary>
    public List<string> Posts { get; } = [];

    public ILocator Alert => Page.Locator("main [role=alert].banner");

    public ILocator Rows => Page.Locator("tbody tr[data-row]");

    public ILocator Toasts => Page.Locator(".toasts");

    public static async Task<Visitor> ComeAsync(IBrowser browser, Uri address, bool dark, int width, string? token)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = width < 500 ? 844 : 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            HasTouch = width < 500,
            IsMobile = width < 500,
            DeviceScaleFactor = width < 500 ? 2 : 1,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        context.SetDefaultTimeout(120_000);
        var page = await context.NewPageAsync();
        var visitor = new Visitor(context, page, address);
        page.Request += (_, request) =>
        {
            lock (visitor.Requests) visitor.Requests.Add(request.Url);
            if (request.Method != "POST") return;
            lock (visitor.Posts) visitor.Posts.Add(new Uri(request.Url).AbsolutePath);
        };
        if (token is not null)
        {
            var answer = await context.APIRequest.PostAsync(new Uri(address, "/api/session").AbsoluteUri, new APIRequestContextOptions { DataObject = new { token } });
            Assert.True(answer.Ok, $"Sign-in answered {answer.Status}.");
        }

        return visitor;
    }

    /// <summary>Goes there and waits until the values are live.</summary>
    public async Task<Visitor> OpenAsync(string path)
    {
        await Page.GotoAsync(new Uri(_address, path).AbsoluteUri);
        await Page.WaitForSelectorAsync("html[data-ready][data-live]", new PageWaitForSelectorOptions { State = WaitForSelectorState.Attached });
        return this;
    }

    /// <summary>Goes to another view of the open page, without loading it anew.</summary>
    public async Task GoAsync(string path)
    {
        await Page.EvaluateAsync("path => Blazor.navigateTo(path)", path);
        await Page.WaitForFunctionAsync("path => location.pathname === path && document.querySelector('#view-title')", path);
    }

    /// <summary>Goes there and does not wait.</summary>
    public Task GotoAsync(string path) => Page.GotoAsync(new Uri(_address, path).AbsoluteUri);

    /// <summary>Elements that are drawn in the colour of OK, with the classes that say which.</summary>
    public Task<string[]> GreenAsync() => Page.EvaluateAsync<string[]>(
        """
        () => {
          const probe = document.createElement("i");
          document.body.append(probe);
          const of = name => { probe.className = ""; probe.setAttribute("hidden", ""); probe.style.color = `var(${name})`; return getComputedStyle(probe).color; };
          const greens = [of("--ok"), of("--ok-tint")];
          probe.remove();
          return [...document.querySelectorAll("body *")].filter(e => {
            const s = getComputedStyle(e);
            return greens.includes(s.color) || greens.includes(s.backgroundColor) || greens.includes(s.fill) || greens.includes(s.stroke);
          }).map(e => e.tagName + "." + e.getAttribute("class"));
        }
        """);

    public Task<string> TextAsync(string selector) => Page.Locator(selector).First.InnerTextAsync();

    public Task<string> ClipboardAsync() => Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");

    public Task<string[]> RowOrderAsync() => Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('tbody tr[data-row]')].map(r => r.id.slice(4))");

    public async Task PictureAsync(string name)
    {
        Directory.CreateDirectory(Stage.Pictures);
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Stage.Pictures, name + ".png") });
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
