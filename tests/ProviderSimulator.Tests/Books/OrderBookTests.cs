using System.Net;
using System.Net.Http.Json;
using ControlPlane.ProviderSimulator.Books;

namespace ControlPlane.ProviderSimulator.Tests.Books;

public sealed class OrderBookTests
{
    [Fact]
    public void Order_IsPlacedOnceUnderItsClientId_AndWhatCameIsCounted()
    {
        var book = new OrderBook();
        Assert.NotNull(book.Place("c1", "ES", buy: true, 2, 90));
        Assert.Null(book.Place("c1", "ES", buy: true, 2, 90));
        Assert.Equal((1, 2), (book.Orders.Count, book.Received["c1"]));
    }

    [Fact]
    public void Orders_AreFilledInParts_TakenBackAndHeld()
    {
        var book = new OrderBook();
        var order = book.Place("c1", "ES", buy: true, 2, 90)!;
        Assert.Equal(("open", 1m), (book.Fill(order.Id, 1, 90)!.Status, book.Fill(order.Id, 0, 90)!.Filled));
        Assert.Equal(("filled", 91m), (book.Fill(order.Id, 5, 92)!.Status, book.Find(order.Id)!.Price));
        Assert.Equal(("filled", 100m), (book.Place("c2", "ES", buy: false, 1, null)!.Status, book.Find(null, "c2")!.Price));
        Assert.Equal(1, book.Positions["ES"]);
        book.Place("c3", "NQ", buy: true, 1, 5);
        Assert.Equal(["c3"], book.CancelAll().Select(o => o.ClientId));
        Assert.Equal(("canceled", "filled"), (book.Find(null, "c3")!.Status, book.Cancel(order.Id)!.Status));
    }

    [Fact]
    public void Fills_OfAnOrder_AddUpToWhatIsFilled()
    {
        var book = new OrderBook();
        var order = book.Place("c1", "ES", buy: true, 3, 90)!;
        book.Fill(order.Id, 1, 90);
        book.Fill(order.Id, 0, 95);
        Assert.Equal([new BookFill(1, 90), new BookFill(2, 93)], book.Fill(order.Id, 7, 93)!.Fills);
        Assert.Equal([new BookFill(2, 100)], book.Place("c2", "ES", buy: false, 2, null)!.Fills);
    }

    [Theory]
    [InlineData(SimulatedFault.LostAnswer, 1)]
    [InlineData(SimulatedFault.Reset, 0)]
    [InlineData(SimulatedFault.Http500, 0)]
    public async Task Fault_SpoilsTheAnswer_OrKeepsTheOrderOut(SimulatedFault fault, int orders)
    {
        await using var host = await SimulatorHost.StartAsync(cancel: TestContext.Current.CancellationToken);
        host.SetKey("alpaca", new Dictionary<string, string> { ["ALPACA_API_KEY"] = "book-key", ["ALPACA_SECRET_KEY"] = "book-secret" });
        host.SetFault("alpaca", fault, count: 1);
        await PlaceAsync(host, "book-secret");
        Assert.Equal(orders, host.Book("alpaca").Orders.Count);
    }

    [Fact]
    public async Task Order_WithoutTheKey_IsNotPlaced()
    {
        await using var host = await SimulatorHost.StartAsync(cancel: TestContext.Current.CancellationToken);
        host.SetKey("alpaca", new Dictionary<string, string> { ["ALPACA_API_KEY"] = "book-key", ["ALPACA_SECRET_KEY"] = "book-secret" });
        Assert.Equal(HttpStatusCode.Unauthorized, await PlaceAsync(host, "another"));
        Assert.Empty(host.Book("alpaca").Orders);
        Assert.Equal(HttpStatusCode.OK, await PlaceAsync(host, "book-secret"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await PlaceAsync(host, "book-secret"));
        Assert.Equal(2, host.Book("alpaca").Received["c1"]);
    }

    private static async Task<HttpStatusCode?> PlaceAsync(SimulatorHost host, string secret)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, host.BaseUrl("alpaca") + "/v2/orders");
        request.Headers.Add("APCA-API-KEY-ID", "book-key");
        request.Headers.Add("APCA-API-SECRET-KEY", secret);
        request.Content = JsonContent.Create(new { symbol = "AAPL", qty = "1", side = "buy", type = "limit", limit_price = "90", client_order_id = "c1" });
        try
        {
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
