using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Books.Dialects;

internal sealed class KrakenBook : IBookDialect
{
    private const string Private = "/0/private/";

    public string Provider => "kraken";

    public AnswerScript? Answer(ProviderRequest request, OrderBook book)
    {
        var path = request.Path.Split('?')[0];
        if (request.Method != "POST" || !path.StartsWith(Private, StringComparison.Ordinal)) return null;
        return path[Private.Length..] switch
        {
            "AddOrder" => Place(request, book),
            "OpenOrders" => Good(new { open = Some(request, book, open: true) }),
            "ClosedOrders" => Good(new { closed = Some(request, book, open: false), count = 1 }),
            "CancelOrder" => Cancel(request, book),
            "CancelAll" => Good(new { count = book.CancelAll().Count }),
            _ => null,
        };
    }

    private static Dictionary<string, object> Some(ProviderRequest request, OrderBook book, bool open) =>
        book.Orders.Where(o => o.IsOpen == open && (request.FormValue("cl_ord_id") is not { } client || o.ClientId == client)).ToDictionary(static o => o.Id, Row);

    private static AnswerScript Place(ProviderRequest request, OrderBook book)
    {
        if (request.FormValue("pair") is not { } symbol || request.FormValue("type") is not ("buy" or "sell") || BookRequest.Number(request.FormValue("volume")) is not { } quantity)
            return Wrong("EGeneral:Invalid arguments");
        var limit = request.FormValue("ordertype") == "market" ? null : BookRequest.Number(request.FormValue("price"));
        return book.Place(request.FormValue("cl_ord_id"), symbol, request.FormValue("type") == "buy", quantity, limit, request.FormValue("reduce_only") == "true", id: static number => $"OSIM-{number}") is { } order
            ? Good(new { descr = new { order = "as given" }, txid = new[] { order.Id } })
            : Wrong("EGeneral:Invalid arguments:cl_ord_id already in use");
    }

    private static AnswerScript Cancel(ProviderRequest request, OrderBook book)
    {
        var (id, client) = (request.FormValue("txid"), request.FormValue("cl_ord_id"));
        return book.Find(id, client) is { IsOpen: true } && book.Cancel(id, client) is not null ? Good(new { count = 1 }) : Wrong("EOrder:Unknown order");
    }

    private static AnswerScript Good(object result) => CodedAnswer.Json(200, new { error = Array.Empty<string>(), result });

    private static AnswerScript Wrong(string error) => CodedAnswer.Json(200, new { error = new[] { error } });

    private static object Row(BookOrder o) => new
    {
        cl_ord_id = o.ClientId, status = o.Status switch { "open" => "open", "filled" => "closed", _ => "canceled" }, vol = BookRequest.Text(o.Quantity), vol_exec = BookRequest.Text(o.Filled), price = BookRequest.Text(o.Price),
        descr = new { pair = o.Symbol, type = o.Buy ? "buy" : "sell", ordertype = o.Limit is null ? "market" : "limit" },
    };
}
