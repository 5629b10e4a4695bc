using ControlPlane.EndToEnd.Tests;
using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>Figures for people, on a quiet machine and the published program: <c>CONTROLPLANE_API_DLL</c> names it.</summary>
[Collection(Alone.Name)]
[Trait("Category", "Long")]
public sealed class FiguresTests(Stage stage)
{
    private const int Rounds = 5;

    [Fact(Explicit = true)]
    public async Task ColdLoad_IsToldInTimeAndBytes()
    {
        var rounds = new List<(double Rows, double Ready, double Live, double Bytes, double Warm, double WarmBytes)>();
        for (var i = 0; i < Rounds; i++)
        {
            // A new context has an empty cache.
            await using var visitor = await stage.VisitAsync();
            var cdp = await visitor.Page.Context.NewCDPSessionAsync(visitor.Page);
            await cdp.SendAsync("Network.enable");
            double bytes = 0;
            cdp.Event("Network.loadingFinished").OnEvent += (_, told) => bytes += told!.Value.GetProperty("encodedDataLength").GetDouble();
            var watch = await Watch.OnAsync(visitor.Page);
            await visitor.Page.AddInitScriptAsync(Rows);
            await visitor.OpenAsync("/connections");
            var (rows, ready, live, weight) = (
                await visitor.Page.EvaluateAsync<double>("() => rowsAt"), await watch.ReadAsync("ready"), await watch.ReadAsync("live"), bytes);
            bytes = 0;
            await visitor.OpenAsync("/connections");
            rounds.Add((rows, ready, live, weight, await watch.ReadAsync("live"), bytes));
        }

        Tell("cold: rows readable", rounds.Select(round => round.Rows), "ms");
        Tell("cold: ready", rounds.Select(round => round.Ready), "ms");
        Tell("cold: live", rounds.Select(round => round.Live), "ms");
        Tell("cold: transferred", rounds.Select(round => round.Bytes / 1000), "kB");
        Tell("again: live", rounds.Select(round => round.Warm), "ms");
        Tell("again: transferred", rounds.Select(round => round.WarmBytes / 1000), "kB");
        Assert.All(rounds, round => Assert.InRange(round.Ready, 1, 3000));
    }

    private const string Rows =
        """
        new MutationObserver(() => { if (!window.rowsAt && document.querySelector("tbody tr[data-row]")) window.rowsAt = performance.now(); })
          .observe(document, { subtree: true, childList: true });
        """;

    internal static void Tell(string what, IEnumerable<double> values, string unit)
    {
        var sorted = values.Order().ToList();
        var text = $"{what}: median {sorted[sorted.Count / 2]:N0} {unit}, min {sorted[0]:N0}, max {sorted[^1]:N0}, {sorted.Count} rounds";
        TestContext.Current.SendDiagnosticMessage("{0}", text);
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        Console.WriteLine(text);
    }
}
