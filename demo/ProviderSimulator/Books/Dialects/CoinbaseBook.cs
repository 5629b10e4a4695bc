using System.Text.Json;
using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Books.Dialects;

internal sealed class CoinbaseBook : IBookDialect
{
    public string Provider => "coinbase";

    public AnswerScript? Answer(ProviderRequest request, OrderBook book) => (request.Method, request.Segments()) switch
    {
        ("POST", ["api", "v3", "brokerage", "orders"]) => Place(request, book),
        ("GET", ["api", "v3", "brokerage", "orders", "historical", "batch"]) => CodedAnswer.Json(200, new { orders = book.Orders.Where(o => request.QueryValue("order_status") != "OPEN" || o.IsOpen).Select(Row), has_next = false }),
        ("GET", ["api", "v3", "brokerage", "orders", "historical", var id]) => book.Find(id) is { } order ? CodedAnswer.Json(200, new { order = Row(order) }) : CodedAnswer.Json(404, new { error = "NOT_FOUND" }),
        ("POST", ["api", "v3", "brokerage", "orders", "batch_cancel"]) => CodedAnswer.Json(200, new { results = Ids(request).Select(id => new { success = book.Find(id) is { IsOpen: true } && book.Cancel(id) is not null, order_id = id }).ToArray() }),
        _ => null,
    };

    private static AnswerScript Place(ProviderRequest request, OrderBook book)
    {
        var body = request.Json();
        var client = body.Member("client_order_id");
        JsonElement? configuration = body.TryGetProperty("order_configuration", out var all) && all.ValueKind == JsonValueKind.Object ? all.EnumerateObject().First().Value : null;
        if (client is null || body.Member("product_id") is not { } symbol || body.Member("side") is not ("BUY" or "SELL") || configuration is not { } one || BookRequest.Number(one.Member("base_size")) is not { } quantity)
            return CodedAnswer.Json(200, new { success = false, error_response = new { error = "INVALID_ARGUMENT" } });

        // The same id again is the same order: this provider does not refuse it.
        var order = book.Place(client, symbol, body.Member("side") == "BUY", quantity, BookRequest.Number(one.Member("limit_price")), id: static number => $"cb-{number}") ?? book.Find(null, client)!;
        return CodedAnswer.Json(200, new { success = true, success_response = new { order_id = order.Id, product_id = symbol, side = body.Member("side"), client_order_id = client } });
    }

    private static IEnumerable<string> Ids(ProviderRequest request) =>
        request.Json().TryGetProperty("order_ids", out var ids) && ids.ValueKind == JsonValueKind.Array ? ids.EnumerateArray().Select(static id => id.GetString()!) : [];

    private static object Row(BookOrder o) => new
    {
        order_id = o.Id, client_order_id = o.ClientId, product_id = o.Symbol, side = o.Buy ? "BUY" : "SELL", filled_size = BookRequest.Text(o.Filled), average_filled_price = BookRequest.Text(o.Price),
        status = o.Status switch { "open" => "OPEN", "filled" => "FILLED", "canceled" => "CANCELLED", _ => "FAILED" },
    };
}
