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
        ("GET", ["v3", "accounts", _, "transactions", var id]) => Filling(book, id) is { } filled ? CodedAnswer.Json(200, new { transaction = Transaction(filled) }) : CodedAnswer.Json(404, new { errorMessage = "No such transaction." }),
        ("GET", ["v3", "accounts", _, "openPositions"]) => CodedAnswer.Json(200, new { positions = book.Positions.Select(Position), lastTransactionID = "1" }),
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
                orderFillTransaction = Transaction(order),
            });
    }

    private static BookOrder? Find(OrderBook book, string order) => order.StartsWith('@') ? book.Find(null, order[1..]) : book.Find(order);

    private static object Position(KeyValuePair<string, decimal> p) => new
    {
        instrument = p.Key, @long = new { units = BookRequest.Text(Math.Max(0, p.Value)) }, @short = new { units = BookRequest.Text(Math.Min(0, p.Value)) },
    };

    private static AnswerScript Missing() => CodedAnswer.Json(404, new { errorCode = "NO_SUCH_ORDER", errorMessage = "The order does not exist." });

    // An order here is filled whole or not at all, and its filling is a transaction of its own.
    private static BookOrder? Filling(OrderBook book, string id) => id.StartsWith('8') && book.Find(id[1..]) is { Status: "filled" } order ? order : null;

    private static object Transaction(BookOrder o) => new
    {
        id = "8" + o.Id, type = "ORDER_FILL", orderID = o.Id, clientOrderID = o.ClientId, instrument = o.Symbol, units = BookRequest.Text(o.Buy ? o.Filled : -o.Filled),
        price = BookRequest.Text(o.Price), commission = "0.0000",
    };

    private static object Row(BookOrder o) => new
    {
        id = o.Id, clientExtensions = new { id = o.ClientId }, instrument = o.Symbol, units = BookRequest.Text(o.Buy ? o.Quantity : -o.Quantity), type = o.Limit is null ? "MARKET" : "LIMIT",
        fillingTransactionID = o.Status == "filled" ? "8" + o.Id : null, state = o.Status switch { "open" => "PENDING", "filled" => "FILLED", _ => "CANCELLED" }, positionFill = o.ReduceOnly ? "REDUCE_ONLY" : "DEFAULT",
    };
}
