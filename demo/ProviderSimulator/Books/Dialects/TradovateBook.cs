using System.Globalization;
using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Books.Dialects;

internal sealed class TradovateBook : IBookDialect
{
    public string Provider => "tradovate";

    public AnswerScript? Answer(ProviderRequest request, OrderBook book) => (request.Method, request.Segments()) switch
    {
        ("POST", ["order", "placeorder"]) => Place(request, book),
        ("GET", ["order", "list"]) => CodedAnswer.Json(200, book.Orders.Select(Row)),
        ("GET", ["order", "item"]) => book.Find(request.QueryValue("id")) is { } order ? CodedAnswer.Json(200, Row(order)) : CodedAnswer.Json(404, new { }),
        ("GET", ["command", "list"]) => CodedAnswer.Json(200, book.Orders.Select(o => new { id = Number(o) + 500_000, orderId = Number(o), clOrdId = o.ClientId, commandType = "New", commandStatus = "RiskPassed" })),
        ("GET", ["fill", "deps"]) => CodedAnswer.Json(200, book.Find(request.QueryValue("masterid")) is { } filled
            ? filled.Fills.Select((f, i) => new { id = (Number(filled) * 100) + i, orderId = Number(filled), contractId = Contract(filled.Symbol), action = filled.Buy ? "Buy" : "Sell", qty = (int)f.Units, price = f.Price, active = true })
            : []),
        ("GET", ["contract", "find"]) => CodedAnswer.Json(200, new { id = Contract(request.QueryValue("name") ?? ""), name = request.QueryValue("name") }),
        ("GET", ["position", "list"]) => CodedAnswer.Json(200, book.Positions.Select(p => new { id = Contract(p.Key) + 1, accountId = 1, contractId = Contract(p.Key), netPos = (int)p.Value })),
        ("POST", ["order", "cancelorder"]) => Cancel(request.Json().Member("orderId"), book),
        _ => null,
    };

    private static AnswerScript Place(ProviderRequest request, OrderBook book)
    {
        var body = request.Json();
        if (body.Member("symbol") is not { } symbol || body.Member("action") is not ("Buy" or "Sell") || BookRequest.Number(body.Member("orderQty")) is not { } quantity)
            return CodedAnswer.Json(200, new { failureReason = "UnknownReason", failureText = "symbol, action and orderQty are required" });
        var limit = body.Member("orderType") == "Market" ? null : BookRequest.Number(body.Member("price") ?? body.Member("stopPrice"));
        return book.Place(body.Member("clOrdId"), symbol, body.Member("action") == "Buy", quantity, limit) is { } order
            ? CodedAnswer.Json(200, new { orderId = Number(order) })
            : CodedAnswer.Json(200, new { failureReason = "UnknownReason", failureText = "clOrdId is not unique" });
    }

    private static AnswerScript Cancel(string? id, OrderBook book) => book.Cancel(id) is { } order
        ? CodedAnswer.Json(200, new { commandId = Number(order) + 600_000 })
        : CodedAnswer.Json(200, new { failureReason = "TooLate", failureText = "no such order" });

    // Contracts have numbers of their own; the same symbol has the same one.
    private static long Contract(string symbol) => symbol.Aggregate(1_000L, static (sum, letter) => (sum * 31 % 1_000_003) + letter);

    private static long Number(BookOrder order) => long.Parse(order.Id, CultureInfo.InvariantCulture);

    private static object Row(BookOrder o) => new
    {
        id = Number(o), accountId = 1, contractId = Contract(o.Symbol), action = o.Buy ? "Buy" : "Sell",
        ordStatus = o.Status switch { "open" => "Working", "filled" => "Filled", "canceled" => "Canceled", _ => "Rejected" },
    };
}
