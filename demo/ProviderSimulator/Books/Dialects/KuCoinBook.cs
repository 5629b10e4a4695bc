using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Books.Dialects;

internal sealed class KuCoinBook : IBookDialect
{
    public string Provider => "kucoin";

    // Orders of the high-frequency system are the same here: their paths have one segment more.
    public AnswerScript? Answer(ProviderRequest request, OrderBook book) => (request.Method, request.Segments().Where(static part => part != "hf").ToArray()) switch
    {
        ("POST", ["api", "v1", "orders"]) => Place(request, book),
        ("GET", ["api", "v1", "orders"]) => Good(new { currentPage = 1, items = book.Orders.Where(o => o.IsOpen).Select(Row) }),
        ("GET", ["api", "v1", "orders", var id]) => One(book.Find(id)),
        ("GET", ["api", "v1", "orders" or "order", "client-order", var client]) => One(book.Find(null, client)),
        ("DELETE", ["api", "v1", "orders", var id]) => book.Find(id) is { IsOpen: true } ? Good(new { cancelledOrderIds = new[] { book.Cancel(id)!.Id } }) : Wrong("400100", "order_not_exist_or_not_allow_to_cancel"),
        ("DELETE", ["api", "v1", "orders"]) => Good(new { cancelledOrderIds = book.CancelAll(request.QueryValue("symbol")).Select(o => o.Id) }),
        _ => null,
    };

    private static AnswerScript Place(ProviderRequest request, OrderBook book)
    {
        var body = request.Json();
        if (body.Member("clientOid") is not { } client || body.Member("symbol") is not { } symbol || body.Member("side") is not ("buy" or "sell") || BookRequest.Number(body.Member("size")) is not { } quantity)
            return Wrong("400100", "Parameter Error");
        var limit = body.Member("type") == "market" ? null : BookRequest.Number(body.Member("price"));
        return book.Place(client, symbol, body.Member("side") == "buy", quantity, limit, id: static number => $"kc{number}") is { } order
            ? Good(new { orderId = order.Id, clientOid = client })
            : Wrong("400100", "Duplicate clientOid");
    }

    private static AnswerScript One(BookOrder? order) => order is null ? Wrong("400100", "order_not_exist_or_not_allow_to_be_queried") : Good(Row(order));

    private static AnswerScript Good(object data) => CodedAnswer.Json(200, new { code = "200000", data });

    private static AnswerScript Wrong(string code, string msg) => CodedAnswer.Json(200, new { code, msg });

    private static object Row(BookOrder o) => new
    {
        id = o.Id, clientOid = o.ClientId, symbol = o.Symbol, side = o.Buy ? "buy" : "sell", type = o.Limit is null ? "market" : "limit", size = BookRequest.Text(o.Quantity),
        dealSize = BookRequest.Text(o.Filled), dealFunds = BookRequest.Text(o.Filled * o.Price), isActive = o.IsOpen, active = o.IsOpen, cancelExist = o.Status == "canceled",
    };
}
