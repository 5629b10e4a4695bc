using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Books.Dialects;

internal sealed class AlpacaBook : IBookDialect
{
    public string Provider => "alpaca";

    public AnswerScript? Answer(ProviderRequest request, OrderBook book)
    {
        var path = request.Segments();
        return (request.Method, path) switch
        {
            ("POST", ["v2", "orders"]) => Place(request, book),
            ("GET", ["v2", "orders"]) => CodedAnswer.Json(200, book.Orders.Where(o => request.QueryValue("status") is "all" || o.IsOpen).Reverse().Select(Row)),
            ("GET", ["v2", "orders", var id]) => One(book.Find(id)),
            ("GET", ["v2", "orders:by_client_order_id"]) => One(book.Find(null, request.QueryValue("client_order_id"))),
            ("DELETE", ["v2", "orders", var id]) => book.Find(id) is not { } order ? Missing() : !order.IsOpen ? Wrong(422, 42210000, "order is not cancelable") : Gone(book.Cancel(id)),
            ("DELETE", ["v2", "orders"]) => CodedAnswer.Json(207, book.CancelAll().Select(o => new { id = o.Id, status = 200 })),
            ("GET", ["v2", "positions"]) => CodedAnswer.Json(200, book.Positions.Select(p => new { symbol = p.Key.Replace("/", "", StringComparison.Ordinal), qty = BookRequest.Text(p.Value), side = p.Value > 0 ? "long" : "short" })),
            _ => null,
        };
    }

    private static AnswerScript Place(ProviderRequest request, OrderBook book)
    {
        var body = request.Json();
        if (body.Member("symbol") is not { } symbol || BookRequest.Number(body.Member("qty") ?? body.Member("notional")) is not { } quantity || body.Member("side") is not ("buy" or "sell"))
            return Wrong(422, 40010001, "symbol, qty and side are required");
        var limit = body.Member("type") is "market" ? null : BookRequest.Number(body.Member("limit_price") ?? body.Member("stop_price"));
        return book.Place(body.Member("client_order_id"), symbol, body.Member("side") == "buy", quantity, limit, id: number => new Guid((int)number, 0, 0, new byte[8]).ToString("D")) is { } order
            ? CodedAnswer.Json(200, Row(order))
            : Wrong(422, 40010001, "client_order_id must be unique");
    }

    private static AnswerScript One(BookOrder? order) => order is null ? Missing() : CodedAnswer.Json(200, Row(order));

    private static AnswerScript Gone(BookOrder? order) => order is null ? Missing() : new AnswerScript { Status = 204 };

    private static AnswerScript Missing() => Wrong(404, 40410000, "order not found");

    private static AnswerScript Wrong(int status, int code, string message) => CodedAnswer.Json(status, new { code, message });

    private static object Row(BookOrder o) => new
    {
        id = o.Id, client_order_id = o.ClientId, symbol = o.Symbol, side = o.Buy ? "buy" : "sell", qty = BookRequest.Text(o.Quantity), filled_qty = BookRequest.Text(o.Filled),
        filled_avg_price = o.Filled == 0 ? null : BookRequest.Text(o.Price), type = o.Limit is null ? "market" : "limit",
        status = o.Status == "open" ? o.Filled > 0 ? "partially_filled" : "new" : o.Status,
    };
}
