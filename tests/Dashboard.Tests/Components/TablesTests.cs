using ControlPlane.Dashboard.Browser;
using ControlPlane.Dashboard.Components;

namespace ControlPlane.Dashboard.Tests.Components;

public sealed class TablesTests : PageContext
{
    private static readonly Column[] s_columns = [new("a", "A", "c-a", Always: true), new("b", "B", "c-b"), new("c", "C", "c-c num", NewestFirst: true)];

    [Fact]
    public async Task Columns_AreThoseThatFit_UntilAPersonChooses()
    {
        var choice = new ColumnChoice("test", s_columns);
        Assert.Equal("auto", choice.Shown);
        await choice.ToggleAsync(s_columns[1], Get<BrowserBridge>());
        Assert.Equal("c-a c-c", choice.Shown);
        await choice.FitAsync(Get<BrowserBridge>());
        Assert.Equal("auto", choice.Shown);
        JSInterop.Setup<string?>("observatory.preference", "columns-test").SetResult("c-a c-b");
        await choice.ReadAsync(Get<BrowserBridge>());
        Assert.Equal("c-a c-b", choice.Shown);
    }

    [Fact]
    public void Head_SortsByItsColumn_AndSaysWhichWay()
    {
        string? chosen = null;
        var heads = Render<SortHeads>(parameters => parameters.Add(p => p.Columns, s_columns).Add(p => p.Sort, "c").Add(p => p.Chosen, key => chosen = key));
        Assert.Equal([null, null, "descending"], heads.FindAll("th").Select(head => head.GetAttribute("aria-sort")));
        heads.FindAll("th button")[1].Click();
        Assert.Equal("b", chosen);
    }

    [Fact]
    public void LongTable_IsDrawnAroundWhatIsInView()
    {
        var window = new RowWindow(Get<BrowserBridge>(), "box", () => { });
        var rows = Enumerable.Range(0, 1000).ToList();
        window.OnWindow(500, 20, 36);
        Assert.Equal((488, 44), (window.Drawn(rows).First(), window.Drawn(rows).Count()));
        Assert.Equal((488, 468), (window.Before(1000), window.After(1000)));
        Assert.Equal(100, window.Drawn(rows.Take(100).ToList()).Count());
    }
}
