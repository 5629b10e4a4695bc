using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Books.Dialects;

internal sealed class OkxBook : IBookDialect
{
    public string Provider => "okx";

    public AnswerScript? Answer(ProviderRequest request, OrderBook book) => (request.Method, request.Path.Split('?')[0]) switch
    {
        ("POST", "/api/v5/trade/order") => Place(request, book),
        ("GET", "/api/v5/trade/order") => book.Find(request.QueryValue("ordId"), request.QueryValue("clOrdId")) is { } order ? Good("0", Row(order)) : CodedAnswer.Json(200, new { code = "51603", msg = "Order does not exist", data = Array.Empty<object>() }),
        ("GET", "/api/v5/trade/orders-pending") => Good("0", [.. book.Orders.Where(o => o.IsOpen).Select(Row)]),
        ("GET", "/api/v5/account/positions") => Good("0", [.. book.Positions.Where(p => request.QueryValue("instId") is not { } id || p.Key == id).Select(Position)]),
        ("POST", "/api/v5/trade/cancel-order") => Cancel(request, book),
        _ => null,
    };

    private static AnswerScript Place(ProviderRequest request, OrderBook book)
    {
        var body = request.Json();
        var client = body.Member("clOrdId");
        if (body.Member("instId") is not { } symbol || body.Member("side") is not ("buy" or "sell") || BookRequest.Number(body.Member("sz")) is not { } quantity)
            return Good("1", new { clOrdId = client ?? "", ordId = "", sCode = "51000", sMsg = "Parameter error" });
        var limit = body.Member("ordType") == "market" ? null : BookRequest.Number(body.Member("px"));
        return book.Place(client, symbol, body.Member("side") == "buy", quantity, limit, body.Member("reduceOnly") == "true") is { } order
            ? Good("0", new { clOrdId = client ?? "", ordId = order.Id, sCode = "0", sMsg = "" })
            : Good("1", new { clOrdId = client ?? "", ordId = "", sCode = "51016", sMsg = "Client order ID already exists." });
    }

    private static AnswerScript Cancel(ProviderRequest request, OrderBook book)
    {
        var (id, client) = (request.JsonValue("ordId"), request.JsonValue("clOrdId"));
        return book.Find(id, client) is { IsOpen: true } && book.Cancel(id, client) is { } order
            ? Good("0", new { clOrdId = order.ClientId ?? "", ordId = order.Id, sCode = "0", sMsg = "" })
            : Good("1", new { clOrdId = client ?? "", ordId = id ?? "", sCode = "51400", sMsg = "Cancellation failed as the order does not exist." });
    }

    private static object Position(KeyValuePair<string, decimal> p) => new { instId = p.Key, instType = "SWAP", posSide = "net", pos = BookRequest.Text(p.Value), posCcy = "" };

    private static AnswerScript Good(string code, params object[] data) => CodedAnswer.Json(200, new { code, msg = "", data });

    private static object Row(BookOrder o) => new
    {
        instId = o.Symbol, ordId = o.Id, clOrdId = o.ClientId ?? "", side = o.Buy ? "buy" : "sell", sz = BookRequest.Text(o.Quantity), accFillSz = BookRequest.Text(o.Filled),
        avgPx = o.Filled == 0 ? "" : BookRequest.Text(o.Price), reduceOnly = o.ReduceOnly ? "true" : "false", state = o.Status == "open" ? o.Filled > 0 ? "partially_filled" : "live" : o.Status,
    };
}
