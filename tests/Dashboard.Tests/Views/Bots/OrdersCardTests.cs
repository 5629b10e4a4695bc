using System.Net;
using ControlPlane.Contracts;
using ControlPlane.Dashboard.Keys;
using ControlPlane.Dashboard.Views.Bots.Detail;

namespace ControlPlane.Dashboard.Tests.Views.Bots;

public sealed class OrdersCardTests : PageContext
{
    private const string Path = "/api/bots/a/orders";

    [Fact]
    public void Row_TellsWhatIsLeftOfTheQuantity_AndNoPriceOrProviderIsSaidInWords()
    {
        var card = Show(Order("o1", left: 0.00001234m, price: 1.08345m, provider: "oanda"), Order("o2", intent: "reduce", side: "sell"));
        var rows = card.FindAll("tbody tr");
        Assert.Equal(["Buy", "0.00001234 of 2", "1.08345", "Opens", "Open", "oanda"], Cells(rows[0], "side", "left", "price", "intent", "status", "provider"));
        Assert.Equal(["Sell", "2 of 2", "none named", "Reduces", "Open", "sent by the bot"], Cells(rows[1], "side", "left", "price", "intent", "status", "provider"));
        Assert.Equal("2", card.Find("header .muted").TextContent);
        Assert.Empty(card.FindAll(".note"));
        var call = Assert.Single(Api.Calls);
        Assert.Equal((Path, "?status=open&limit=200"), (call.Path, call.Query));
    }

    [Fact]
    public void Unknown_IsSaidPlainly_WithWhatEndsIt()
    {
        var asked = new List<(Act, string?)>();
        Get<ActPrompt>().Asked += (act, bot) => asked.Add((act, bot));
        var card = Show(Order("o1"), Order("o2", status: "unknown"));
        Assert.Equal("2, 1 unknown", card.Find("header .muted").TextContent);
        Assert.Equal(["Open", "Unknown"], card.FindAll("td.status .pill").Select(pill => pill.TextContent));
        Assert.Contains("counts by its worse outcome", card.Find(".note").TextContent, StringComparison.Ordinal);
        card.Find(".note button").Click();
        Assert.Equal([(Act.SettlePosition, "a")], asked);
    }

    [Fact]
    public void NoOrder_AndOrdersThatNobodyCouldRead_AreToldApart()
    {
        Assert.Contains("No order is open.", Show().Markup, StringComparison.Ordinal);
        Api.Refuse(Path, HttpStatusCode.ServiceUnavailable, "DATA_UNAVAILABLE", "The store does not answer.");
        var gone = Render<OrdersCard>(parameters => parameters.Add(p => p.Bot, Rows.Bot("a")));
        Assert.Contains("Open orders unavailable since", gone.WaitForElement("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("No order is open.", gone.Markup, StringComparison.Ordinal);
    }

    /// <summary>An order is granted without a message: it is asked for while a runner can be granted one, and by a page that somebody sees.</summary>
    [Theory]
    [InlineData(RunnerState.Running, true, 20, 26)]
    [InlineData(RunnerState.Running, false, 1, 1)]
    [InlineData(RunnerState.Stopped, true, 2, 9)]
    public void Orders_AreAskedForWhileALeaseRuns_AndThePageIsSeen(RunnerState runner, bool visible, int least, int most)
    {
        Api.Answer(Path, new ListAnswer<OrderRow>([], null, [], "t"), ControlPlaneJson.Default.ListAnswerOrderRow);
        Show(bots: [Rows.Bot("a", runner: runner)]);
        Get<KeyHub>().OnVisible(visible);
        Render<OrdersCard>(parameters => parameters.Add(p => p.Bot, Store.Bots["a"]));
        for (var second = 0; second < 120; second++)
        {
            Link.Beat();
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(Api.Calls.Count, least, most);
    }

    private IRenderedComponent<OrdersCard> Show(params OrderRow[] orders)
    {
        Api.Answer(Path, new ListAnswer<OrderRow>(orders, null, [], "t"), ControlPlaneJson.Default.ListAnswerOrderRow);
        Show(bots: [Rows.Bot("a")]);
        var card = Render<OrdersCard>(parameters => parameters.Add(p => p.Bot, Store.Bots["a"]));
        card.WaitForAssertion(() => Assert.Empty(card.FindAll(".skeleton")));
        return card;
    }

    private static OrderRow Order(string id, decimal left = 2, decimal? price = null, string? provider = null, string intent = "open", string side = "buy", string status = "open") =>
        new(id, null, "EURUSD", side, 2, left, price, intent, null, provider, status, Rows.Now, 1);

    private static string[] Cells(AngleSharp.Dom.IElement row, params string[] columns) => [.. columns.Select(column => string.Join(' ', row.QuerySelector($"td.{column}")!.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)))];
}
