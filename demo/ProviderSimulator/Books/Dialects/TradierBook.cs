using System.Globalization;
using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Books.Dialects;

internal sealed class TradierBook : IBookDialect
{
    public string Provider => "tradier";

    public AnswerScript? Answer(ProviderRequest request, OrderBook book) => (request.Method, request.Segments()) switch
    {
        ("POST", ["v1", "accounts", _, "orders"]) => Place(request, book),
        ("GET", ["v1", "accounts", _, "orders"]) => CodedAnswer.Json(200, new { orders = List(book) }),
        ("GET", ["v1", "accounts", _, "orders", var id]) => book.Find(id) is { } order ? CodedAnswer.Json(200, new { order = Row(order) }) : Missing(),
        ("GET", ["v1", "accounts", _, "positions"]) => CodedAnswer.Json(200, new { positions = Positions(book) }),
        ("DELETE", ["v1", "accounts", _, "orders", var id]) => book.Find(id) is { IsOpen: true } ? Ok(book.Cancel(id)!) : Missing(),
        _ => null,
    };

    private static AnswerScript Place(ProviderRequest request, OrderBook book)
    {
        var side = request.FormValue("side");
        if ((request.FormValue("option_symbol") ?? request.FormValue("symbol")) is not { } symbol || side is null || BookRequest.Number(request.FormValue("quantity")) is not { } quantity)
            return Wrong("symbol, side and quantity are required");
        var limit = request.FormValue("type") == "market" ? null : BookRequest.Number(request.FormValue("price") ?? request.FormValue("stop"));

        // A tag is no key here: two orders may carry the same.
        var tag = request.FormValue("tag");
        return book.Place(tag, symbol, side.StartsWith("buy", StringComparison.Ordinal), quantity, limit, side is "sell" or "buy_to_cover" or "sell_to_close" or "buy_to_close", side) is { } order
            ? Ok(order)
            : Wrong("the simulator takes a tag once");
    }

    // One order stands alone, none is the word null.
    private static object List(OrderBook book)
    {
        var rows = book.Orders.Select(Row).ToArray();
        return rows.Length == 0 ? "null" : new { order = rows.Length == 1 ? rows[0] : rows };
    }

    private static object Positions(OrderBook book)
    {
        var rows = book.Positions.Select(p => new { symbol = p.Key, quantity = p.Value, cost_basis = p.Value * 100 }).ToArray();
        return rows.Length == 0 ? "null" : new { position = rows.Length == 1 ? (object)rows[0] : rows };
    }

    private static AnswerScript Ok(BookOrder order) => CodedAnswer.Json(200, new { order = new { id = Number(order), status = "ok", partner_id = "sim" } });

    private static AnswerScript Wrong(string error) => CodedAnswer.Json(400, new { errors = new { error } });

    private static AnswerScript Missing() => CodedAnswer.Json(404, new { fault = "order not found" });

    private static long Number(BookOrder order) => long.Parse(order.Id, CultureInfo.InvariantCulture);

    private static object Row(BookOrder o) => new
    {
        id = Number(o), type = o.Limit is null ? "market" : "limit", symbol = o.Symbol, side = o.Kind, quantity = o.Quantity, exec_quantity = o.Filled, avg_fill_price = o.Price, tag = o.ClientId,
        status = o.Status == "open" && o.Filled > 0 ? "partially_filled" : o.Status,
    };
}
