using System.Globalization;
using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Books.Dialects;

internal sealed class BinanceBook : IBookDialect
{
    public string Provider => "binance";

    public AnswerScript? Answer(ProviderRequest request, OrderBook book)
    {
        var (id, client) = (request.Parameter("orderId"), request.Parameter("origClientOrderId"));
        return (request.Method, request.Path.Split('?')[0]) switch
        {
            ("POST", "/api/v3/order") => Place(request, book),
            ("GET", "/api/v3/order") => book.Find(id, client) is { } order ? CodedAnswer.Json(200, Row(order)) : Wrong(-2013, "Order does not exist."),
            ("GET", "/api/v3/openOrders") => CodedAnswer.Json(200, book.Orders.Where(o => o.IsOpen).Select(Row)),
            ("GET", "/api/v3/myTrades") => CodedAnswer.Json(200, book.Orders.Where(o => id is null || o.Id == id).SelectMany(Trades)),
            ("DELETE", "/api/v3/order") => book.Find(id, client) is { IsOpen: true } ? CodedAnswer.Json(200, Row(book.Cancel(id, client)!)) : Wrong(-2011, "Unknown order sent."),
            ("DELETE", "/api/v3/openOrders") => CodedAnswer.Json(200, book.CancelAll(request.Parameter("symbol")).Select(Row)),
            _ => null,
        };
    }

    private static AnswerScript Place(ProviderRequest request, OrderBook book)
    {
        if (request.Parameter("symbol") is not { } symbol || request.Parameter("side") is not ("BUY" or "SELL") || BookRequest.Number(request.Parameter("quantity")) is not { } quantity)
            return Wrong(-1102, "Mandatory parameter was not sent, was empty/null, or malformed.");
        var limit = request.Parameter("type") == "MARKET" ? null : BookRequest.Number(request.Parameter("price") ?? request.Parameter("stopPrice"));
        return book.Place(request.Parameter("newClientOrderId"), symbol, request.Parameter("side") == "BUY", quantity, limit) is { } order
            ? CodedAnswer.Json(200, Row(order))
            : Wrong(-2010, "Duplicate order sent.");
    }

    // A tenth of a percent of what comes in: coins of a buy, money of a sale.
    private static IEnumerable<object> Trades(BookOrder o) => o.Fills.Select((f, i) => new
    {
        symbol = o.Symbol, id = (long.Parse(o.Id, CultureInfo.InvariantCulture) * 100) + i, orderId = long.Parse(o.Id, CultureInfo.InvariantCulture), price = BookRequest.Text(f.Price),
        qty = BookRequest.Text(f.Units), quoteQty = BookRequest.Text(f.Units * f.Price), commission = BookRequest.Text((o.Buy ? f.Units : f.Units * f.Price) / 1000), commissionAsset = o.Buy ? o.Symbol[..3] : o.Symbol[3..],
        isBuyer = o.Buy, isMaker = o.Limit is not null,
    });

    private static AnswerScript Wrong(int code, string msg) => CodedAnswer.Json(400, new { code, msg });

    private static object Row(BookOrder o) => new
    {
        symbol = o.Symbol, orderId = long.Parse(o.Id, CultureInfo.InvariantCulture), clientOrderId = o.ClientId, price = BookRequest.Text(o.Limit ?? 0), origQty = BookRequest.Text(o.Quantity),
        executedQty = BookRequest.Text(o.Filled), cummulativeQuoteQty = BookRequest.Text(o.Filled * o.Price), side = o.Buy ? "BUY" : "SELL", type = o.Limit is null ? "MARKET" : "LIMIT",
        status = o.Status switch { "open" => o.Filled > 0 ? "PARTIALLY_FILLED" : "NEW", "filled" => "FILLED", "canceled" => "CANCELED", _ => "REJECTED" },
    };
}
