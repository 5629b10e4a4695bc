using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Books.Dialects;

internal sealed class BybitBook : IBookDialect
{
    public string Provider => "bybit";

    public AnswerScript? Answer(ProviderRequest request, OrderBook book) => (request.Method, request.Path.Split('?')[0]) switch
    {
        ("POST", "/v5/order/create") => Place(request, book),
        ("GET", "/v5/order/realtime") => Good(new { list = Some(request, book).Where(o => o.IsOpen || request.QueryValue("orderLinkId") is not null).Select(Row) }),
        ("GET", "/v5/order/history") => Good(new { list = Some(request, book).Select(Row) }),
        ("GET", "/v5/execution/list") => Good(new { category = request.QueryValue("category"), list = book.Orders.Where(o => o.Id == request.QueryValue("orderId")).SelectMany(Executions), nextPageCursor = "" }),
        ("GET", "/v5/position/list") => Good(new { category = request.QueryValue("category"), list = Positions(request, book) }),
        ("POST", "/v5/order/cancel") => Cancel(request, book),
        ("POST", "/v5/order/cancel-all") => Good(new { list = book.CancelAll(request.JsonValue("symbol")).Select(o => new { orderId = o.Id, orderLinkId = o.ClientId }) }),
        _ => null,
    };

    private static IEnumerable<BookOrder> Some(ProviderRequest request, OrderBook book) =>
        book.Orders.Where(o => o.Kind == request.QueryValue("category") && (request.QueryValue("orderLinkId") is not { } client || o.ClientId == client));

    // A symbol that is asked for is listed, flat or not.
    private static IEnumerable<object> Positions(ProviderRequest request, OrderBook book) =>
        book.Positions.Where(p => request.QueryValue("symbol") is null || p.Key == request.QueryValue("symbol")).Append(new(request.QueryValue("symbol") ?? "", 0))
            .DistinctBy(p => p.Key).Where(p => p.Key.Length > 0)
            .Select(p => new { symbol = p.Key, positionIdx = 0, side = p.Value == 0 ? "" : p.Value > 0 ? "Buy" : "Sell", size = BookRequest.Text(Math.Abs(p.Value)) });

    private static IEnumerable<object> Executions(BookOrder o) => o.Fills.Select((f, i) => new
    {
        execId = $"{o.Id}-{i}", orderId = o.Id, orderLinkId = o.ClientId, symbol = o.Symbol, side = o.Buy ? "Buy" : "Sell", execType = "Trade", execQty = BookRequest.Text(f.Units),
        execPrice = BookRequest.Text(f.Price), execFee = BookRequest.Text(f.Units * f.Price * 0.0005m), feeCurrency = "",
    });

    private static AnswerScript Place(ProviderRequest request, OrderBook book)
    {
        var body = request.Json();
        if (body.Member("symbol") is not { } symbol || body.Member("side") is not ("Buy" or "Sell") || BookRequest.Number(body.Member("qty")) is not { } quantity || body.Member("category") is not { } category)
            return Wrong(10001, "params error");
        var limit = body.Member("orderType") == "Market" ? null : BookRequest.Number(body.Member("price"));
        return book.Place(body.Member("orderLinkId"), symbol, body.Member("side") == "Buy", quantity, limit, body.Member("reduceOnly") == "true", category) is { } order
            ? Good(new { orderId = order.Id, orderLinkId = order.ClientId })
            : Wrong(110072, "OrderLinkedID is duplicate");
    }

    private static AnswerScript Cancel(ProviderRequest request, OrderBook book)
    {
        var (id, client) = (request.JsonValue("orderId"), request.JsonValue("orderLinkId"));
        return book.Find(id, client) is { IsOpen: true } && book.Cancel(id, client) is { } order ? Good(new { orderId = order.Id, orderLinkId = order.ClientId }) : Wrong(110001, "order not exists or too late to cancel");
    }

    private static AnswerScript Good(object result) => CodedAnswer.Json(200, new { retCode = 0, retMsg = "OK", result, retExtInfo = new { }, time = 1 });

    private static AnswerScript Wrong(int code, string message) => CodedAnswer.Json(200, new { retCode = code, retMsg = message, result = new { }, retExtInfo = new { }, time = 1 });

    private static object Row(BookOrder o) => new
    {
        orderId = o.Id, orderLinkId = o.ClientId, symbol = o.Symbol, side = o.Buy ? "Buy" : "Sell", qty = BookRequest.Text(o.Quantity), cumExecQty = BookRequest.Text(o.Filled),
        avgPrice = o.Filled == 0 ? "" : BookRequest.Text(o.Price), reduceOnly = o.ReduceOnly,
        orderStatus = o.Status switch { "open" => o.Filled > 0 ? "PartiallyFilled" : "New", "filled" => "Filled", "canceled" => "Cancelled", _ => "Rejected" },
    };
}
