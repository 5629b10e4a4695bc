using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Books.Dialects;

internal sealed class OandaBook : IBookDialect
{
    public string Provider => "oanda";

    public AnswerScript? Answer(ProviderRequest request, OrderBook book) => (request.Method, request.Segments()) switch
    {
        ("POST", ["v3", "accounts", _, "orders"]) => Place(request, book),
        ("GET", ["v3", "accounts", _, "pendingOrders"]) => CodedAnswer.Json(200, new { orders = book.Orders.Where(o => o.IsOpen).Select(Row), lastTransactionID = "1" }),
        ("GET", ["v3", "accounts", _, "orders", var order]) => Find(book, order) is { } found ? CodedAnswer.Json(200, new { order = Row(found), lastTransactionID = "1" }) : Missing(),
        ("PUT", ["v3", "accounts", _, "orders", var order, "cancel"]) => Find(book, order) is not { IsOpen: true } open
            ? Missing()
            : CodedAnswer.Json(200, new { orderCancelTransaction = new { id = "9" + book.Cancel(open.Id)!.Id, orderID = open.Id, reason = "CLIENT_REQUEST" } }),
        _ => null,
    };

    private static AnswerScript Place(ProviderRequest request, OrderBook book)
    {
        var body = request.Json();
        if (body.Member("order", "instrument") is not { } symbol || BookRequest.Number(body.Member("order", "units")) is not { } units || units == 0)
            return CodedAnswer.Json(400, new { errorCode = "UNITS_INVALID", orderRejectTransaction = new { id = "1", rejectReason = "UNITS_INVALID" } });
        var limit = body.Member("order", "type") == "MARKET" ? null : BookRequest.Number(body.Member("order", "price"));
        if (book.Place(body.Member("order", "clientExtensions", "id"), symbol, units > 0, Math.Abs(units), limit, body.Member("order", "positionFill") == "REDUCE_ONLY") is not { } order)
            return CodedAnswer.Json(400, new { errorCode = "CLIENT_ORDER_ID_ALREADY_EXISTS", orderRejectTransaction = new { id = "1", rejectReason = "CLIENT_ORDER_ID_ALREADY_EXISTS" } });
        var created = new { id = order.Id, type = $"{body.Member("order", "type")}_ORDER", instrument = symbol, units = body.Member("order", "units"), clientExtensions = new { id = order.ClientId } };
        return order.IsOpen
            ? CodedAnswer.Json(201, new { orderCreateTransaction = created, lastTransactionID = order.Id })
            : CodedAnswer.Json(201, new
            {
                orderCreateTransaction = created, lastTransactionID = order.Id,
                orderFillTransaction = new { id = "8" + order.Id, orderID = order.Id, units = body.Member("order", "units"), price = BookRequest.Text(order.Price) },
            });
    }

    private static BookOrder? Find(OrderBook book, string order) => order.StartsWith('@') ? book.Find(null, order[1..]) : book.Find(order);

    private static AnswerScript Missing() => CodedAnswer.Json(404, new { errorCode = "NO_SUCH_ORDER", errorMessage = "The order does not exist." });

    private static object Row(BookOrder o) => new
    {
        id = o.Id, clientExtensions = new { id = o.ClientId }, instrument = o.Symbol, units = BookRequest.Text(o.Buy ? o.Quantity : -o.Quantity), type = o.Limit is null ? "MARKET" : "LIMIT",
        state = o.Status switch { "open" => "PENDING", "filled" => "FILLED", _ => "CANCELLED" }, positionFill = o.ReduceOnly ? "REDUCE_ONLY" : "DEFAULT",
    };
}
