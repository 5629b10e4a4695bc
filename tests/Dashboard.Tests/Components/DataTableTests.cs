using ControlPlane.Dashboard.Components;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Dashboard.Tests.Components;

public sealed class DataTableTests : PageContext
{
    private sealed record Row(string Name, int? Size);

    private static readonly Row[] s_rows = [new("Beta", 2), new("alpha", null), new("Gamma", 7)];

    [Fact]
    public void Head_SortsTheRows_TurnsThem_AndPutsWhatIsNotKnownLast()
    {
        var table = Show(State());
        Assert.Equal(["Beta", "alpha", "Gamma"], Names(table));
        table.FindAll("th button")[0].Click();
        Assert.Equal(["alpha", "Beta", "Gamma"], Names(table));
        table.FindAll("th button")[0].Click();
        Assert.Equal(["Gamma", "Beta", "alpha"], Names(table));
        table.FindAll("th button")[1].Click();
        Assert.Equal(["Gamma", "Beta", "alpha"], Names(table));
        Assert.Equal([null, "descending", null], table.FindAll("th").Select(head => head.GetAttribute("aria-sort")));
        table.FindAll("th button")[1].Click();
        Assert.Equal(["Beta", "Gamma", "alpha"], Names(table));

        // A column whose order says nothing has no button.
        Assert.Equal(2, table.FindAll("th button").Count);
    }

    [Fact]
    public async Task Columns_ThatAPersonLeftOut_AreNotDrawn_AndTheBoxScrolls()
    {
        var state = State();
        var table = Show(state);
        Assert.Equal(3, table.FindAll("th").Count);
        Assert.Null(table.Find(".table-box").GetAttribute("tabindex"));
        await state.Choice.ToggleAsync(state.Choice.Columns[1], Get<ControlPlane.Dashboard.Browser.BrowserBridge>());
        state.Tell();
        table.WaitForAssertion(() => Assert.Equal(["Name", "Note"], table.FindAll("th").Select(head => head.TextContent.TrimEnd('\u2191', '\u2193'))));
        Assert.Equal(2, table.FindAll("tbody tr:first-child td").Count);
        Assert.Equal("0", table.Find(".table-box").GetAttribute("tabindex"));
    }

    [Fact]
    public void ManyRows_AreDrawnAroundWhatIsInView_AndTheFirstOnesAreThoseOfTheOrder()
    {
        var rows = Enumerable.Range(0, 1000).Select(i => new Row($"r{i:D4}", i)).ToArray();
        var table = Show(State("size"), rows);
        Assert.True(table.FindAll("tbody tr:not([data-gap])").Count < 100);
        Assert.Equal("r0999", table.Find("tbody tr:not([data-gap]) td").TextContent);
        Assert.Equal("1001", table.Find("table").GetAttribute("aria-rowcount"));
        var few = Show(State("size"), rows, most: 3);
        Assert.Equal(["r0999", "r0998", "r0997"], Names(few));
    }

    [Fact]
    public void Order_StandsInTheAddress_AndComesFromIt()
    {
        var navigation = Get<NavigationManager>();
        navigation.NavigateTo("audit?sort=name&desc=1");
        var table = Show(State(), inAddress: true);
        Assert.Equal(["Gamma", "Beta", "alpha"], Names(table));
        table.FindAll("th button")[1].Click();
        Assert.EndsWith("audit?sort=size", navigation.Uri, StringComparison.Ordinal);

        // What names no column that has an order is left aside.
        navigation.NavigateTo("audit?sort=note");
        Assert.Equal(["Beta", "alpha", "Gamma"], Names(Show(State(), inAddress: true)));
    }

    [Fact]
    public void Cell_CarriesItsTitleForTheCardOfAPhone()
    {
        var cells = Show(State()).FindAll("tbody tr:nth-child(2) td");
        Assert.Equal([null, "Size", "Note"], cells.Select(cell => cell.GetAttribute("data-label")));
        Assert.Contains("nothing", cells[1].ClassList);
    }

    private static TableState<Row> State(string sort = "") => new(
        "test",
        [
            new("name", "Name", "t-name", row => builder => builder.AddContent(0, row.Name), Always: true) { By = row => row.Name, Card = CardPlace.Lead },
            new("size", "Size", "t-size num", row => builder => builder.AddContent(0, row.Size), NewestFirst: true) { By = row => row.Size, Has = row => row.Size is not null },
            new("note", "Note", "t-note", _ => builder => builder.AddContent(0, "x")) { Drop = 2 },
        ],
        sort);

    private IRenderedComponent<DataTable<Row>> Show(TableState<Row> state, IReadOnlyList<Row>? rows = null, int? most = null, bool inAddress = false) =>
        Render<DataTable<Row>>(parameters => parameters.Add(p => p.State, state).Add(p => p.Rows, rows ?? s_rows).Add(p => p.Label, "Test").Add(p => p.Most, most).Add(p => p.InAddress, inAddress));

    private static IEnumerable<string> Names(IRenderedComponent<DataTable<Row>> table) => table.FindAll("tbody tr:not([data-gap]) td:first-child").Select(cell => cell.TextContent);
}
