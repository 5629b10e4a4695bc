using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>Watches a page from inside it, on the page's own clock: how fast the test or the machine is does not matter.</summary>
internal sealed class Watch
{
    // A beat or a snapshot is heard. Instants are milliseconds of performance.now(); late is by how much the browser's own timers came
    // late since then, in all: what the machine kept from the page is not the page's.
    private const string Script =
        """
        (() => {
          const w = window.watch = { heard: 0, gone: 0, live: 0, back: 0, ready: 0, early: [], firsts: {} };
          const wanted = {};
          const acts = /^(Verify|Verify all|Verify now|Test call|Start|Stop|Release|Arm)/;
          const now = () => performance.now();

          const Socket = window.WebSocket;
          window.WebSocket = class extends Socket {
            constructor(...a) {
              super(...a);
              this.addEventListener("message", e => { if (/"target":"beat"|"type":3/.test(String(e.data))) w.heard = now(); });
            }
          };

          window.greens = () => {
            const probe = document.createElement("i");
            document.body.append(probe);
            const of = name => { probe.setAttribute("hidden", ""); probe.style.color = `var(${name})`; return getComputedStyle(probe).color; };
            const greens = [of("--ok"), of("--ok-tint")];
            probe.remove();
            return [...document.querySelectorAll("body *")].filter(e => {
              const s = getComputedStyle(e);
              return greens.includes(s.color) || greens.includes(s.backgroundColor) || greens.includes(s.fill) || greens.includes(s.stroke);
            }).map(e => e.tagName + "." + e.getAttribute("class"));
          };

          const clean = () => {
            if (w.gone || w.live === 0) return;
            if (document.documentElement.hasAttribute("data-live")) return;
            if (greens().length === 0) w.gone = now(); else requestAnimationFrame(clean);
          };

          const look = () => {
            const root = document.documentElement;
            if (!root) return;
            if (!w.ready) {
              if (root.dataset.ready) w.ready = now();
              else {
                const word = document.querySelector(".rail .link")?.textContent.trim();
                if (word && word !== "Connecting…") w.early.push(word);
                for (const b of document.querySelectorAll("main button:not(:disabled)")) if (acts.test(b.textContent.trim())) w.early.push(b.textContent.trim());
              }
            }
            const live = root.hasAttribute("data-live");
            if (live && !w.live) w.live = now();
            if (live && w.gone && !w.back) w.back = Date.now();
            if (!live) clean();
            for (const [name, [selector, text]] of Object.entries(wanted)) {
              if (w.firsts[name] === undefined && [...document.querySelectorAll(selector)].some(e => e.textContent.includes(text))) w.firsts[name] = now();
            }
          };
          new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });

          window.watchFor = (name, selector, text) => { delete w.firsts[name]; wanted[name] = [selector, text]; look(); };
          window.watchBegin = () => { Object.assign(w, { gone: 0, back: 0 }); };
          let last = now();
          const gaps = [];
          setInterval(() => { const gap = now() - last - 20; if (gap > 10) gaps.push([now(), gap]); last = now(); }, 20);
          window.watchLate = () => gaps.filter(([at]) => at > w.heard).reduce((sum, [, gap]) => sum + gap, 0);
        })();
        """;

    private readonly IPage _page;

    private Watch(IPage page) => _page = page;

    /// <summary>Before the page is opened, and after a <see cref="HubTap"/> was set between.</summary>
    public static async Task<Watch> OnAsync(IPage page)
    {
        await page.AddInitScriptAsync(Script);
        return new Watch(page);
    }

    /// <summary>Remembers when an element that the selector finds first holds the text.</summary>
    public Task ForAsync(string name, string selector, string text) => _page.EvaluateAsync("([name, selector, text]) => watchFor(name, selector, text)", new[] { name, selector, text });

    /// <summary>When it was first there, on the wall clock.</summary>
    public async Task<DateTimeOffset> SeenAsync(string name)
    {
        await _page.WaitForFunctionAsync("name => watch.firsts[name] !== undefined", name, new PageWaitForFunctionOptions { Timeout = 90_000 });
        return DateTimeOffset.FromUnixTimeMilliseconds((long)await _page.EvaluateAsync<double>("name => performance.timeOrigin + watch.firsts[name]", name));
    }

    public Task BeginAsync() => _page.EvaluateAsync("() => watchBegin()");

    /// <summary>When it was first there.</summary>
    public async Task<double> WhenAsync(string name)
    {
        await _page.WaitForFunctionAsync("name => watch.firsts[name] !== undefined", name);
        return await _page.EvaluateAsync<double>("name => watch.firsts[name]", name);
    }

    /// <summary>From the last beat that came until nothing was green any more, and by how much the browser's timers were late meanwhile.</summary>
    public async Task<(double SinceBeat, double Late)> GreenGoneAsync()
    {
        await _page.WaitForFunctionAsync("() => watch.gone > 0");
        return (await ReadAsync("gone - watch.heard"), await LateAsync());
    }

    /// <summary>When the values were live again, on the wall clock.</summary>
    public async Task<DateTimeOffset> BackAsync()
    {
        await _page.WaitForFunctionAsync("() => watch.back > 0", null, new PageWaitForFunctionOptions { Timeout = 60_000 });
        return DateTimeOffset.FromUnixTimeMilliseconds((long)await ReadAsync("back"));
    }

    /// <summary>What could be done, or was said in the rail, before the page was ready.</summary>
    public Task<string[]> EarlyAsync() => _page.EvaluateAsync<string[]>("() => watch.early");

    /// <summary>By how much the browser's timers were late since the last beat, in all.</summary>
    public Task<double> LateAsync() => _page.EvaluateAsync<double>("() => watchLate()");

    public Task<double> ReadAsync(string field) => _page.EvaluateAsync<double>($"() => watch.{field}");
}
