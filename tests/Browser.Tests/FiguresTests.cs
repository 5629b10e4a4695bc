using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>Figures for people, on a quiet machine and the published program: <c>CONTROLPLANE_API_DLL</c> names it.</summary>
[Trait("Category", "Long")]
public sealed class FiguresTests(Stage stage)
{
    private const int Rounds = 5;

    [Fact(Explicit = true)]
    public async Task ColdLoad_IsToldInTimeAndBytes()
    {
        var rounds = new List<(double Rows, double Live, double Bytes, double Warm, double WarmBytes)>();
        for (var i = 0; i < Rounds; i++)
        {
            // A new context has an empty cache.
            await using var visitor = await stage.VisitAsync();
            var cdp = await visitor.Page.Context.NewCDPSessionAsync(visitor.Page);
            await cdp.SendAsync("Network.enable");
            double bytes = 0;
            cdp.Event("Network.loadingFinished").OnEvent += (_, told) => bytes += told!.Value.GetProperty("encodedDataLength").GetDouble();
            await visitor.Page.AddInitScriptAsync(Marks);
            await visitor.OpenAsync("/connections");
            var (cold, weight) = (await MarksAsync(visitor.Page), bytes);
            bytes = 0;
            await visitor.OpenAsync("/connections");
            var warm = await MarksAsync(visitor.Page);
            rounds.Add((cold.Rows, cold.Live, weight, warm.Live, bytes));
        }

        Tell("cold: rows readable", rounds.Select(round => round.Rows), "ms");
        Tell("cold: live", rounds.Select(round => round.Live), "ms");
        Tell("cold: transferred", rounds.Select(round => round.Bytes / 1000), "kB");
        Tell("again: live", rounds.Select(round => round.Warm), "ms");
        Tell("again: transferred", rounds.Select(round => round.WarmBytes / 1000), "kB");
    }

    /// <summary>When rows could be read and when they were live, on the page's own clock.</summary>
    internal const string Marks =
        """
        (() => {
          window.marks = {};
          const look = () => {
            if (!window.marks.rows && document.querySelector("tbody tr[data-row]")) window.marks.rows = performance.now();
            if (!window.marks.ready && document.documentElement?.dataset.ready) window.marks.ready = performance.now();
            if (!window.marks.live && document.documentElement?.hasAttribute("data-live")) window.marks.live = performance.now();
          };
          new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
        })();
        """;

    internal static void Tell(string what, IEnumerable<double> values, string unit)
    {
        var sorted = values.Order().ToList();
        var text = $"{what}: median {sorted[sorted.Count / 2]:N0} {unit}, min {sorted[0]:N0}, max {sorted[^1]:N0}, {sorted.Count} rounds";
        TestContext.Current.SendDiagnosticMessage("{0}", text);
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        Console.WriteLine(text);
    }

    private static async Task<(double Rows, double Ready, double Live)> MarksAsync(IPage page)
    {
        var marks = await page.EvaluateAsync<Dictionary<string, double>>("() => window.marks");
        return (marks["rows"], marks["ready"], marks["live"]);
    }
}
