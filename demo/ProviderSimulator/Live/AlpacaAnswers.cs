using System.Collections.Concurrent;
using System.Globalization;
using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Market;
using ControlPlane.ProviderSimulator.Market.Account;

namespace ControlPlane.ProviderSimulator.Live;

/// <summary>A paper account a key, in the form that Alpaca documents.</summary>
internal sealed class AlpacaAnswers(SimulatedMarket market, TimeProvider time)
{
    private const string AssetId = "904837e3-3b76-47ec-b432-046db621571b";
    private readonly ConcurrentDictionary<string, PaperAccount> _accounts = new();

    public AnswerScript Account(LiveCall call)
    {
        var (cash, equity, buyingPower) = Of(call).Money();
        return CodedAnswer.Json(200, new
        {
            id = "e6fe16f3-64a4-4921-8928-cadf02f92f98",
            account_number = "PA3SIM000001",
            status = "ACTIVE",
            currency = "USD",
            buying_power = Text(buyingPower),
            cash = Text(cash),
            portfolio_value = Text(equity),
            pattern_day_trader = false,
            trading_blocked = false,
            transfers_blocked = false,
            account_blocked = false,
            equity = Text(equity),
            multiplier = Text(PaperAccount.Multiplier),
            shorting_enabled = true,
            created_at = "2025-01-06T14:30:00Z",
        });
    }

    public AnswerScript Clock(LiveCall call)
    {
        var now = time.GetUtcNow();
        return CodedAnswer.Json(200, new { timestamp = now, is_open = market.IsOpen, next_open = now.Date.AddDays(1), next_close = now.Date.AddDays(1) });
    }

    public AnswerScript Positions(LiveCall call) =>
        CodedAnswer.Json(200, Of(call).Positions().Select(held => Row(held.Symbol, held.Position)).ToList());

    public AnswerScript Position(LiveCall call)
    {
        var symbol = call.Parts["symbol"];
        return Of(call).Position(symbol) is { } held
            ? CodedAnswer.Json(200, Row(symbol, held))
            : CodedAnswer.Json(404, new { code = 40410000, message = "position does not exist" });
    }

    public AnswerScript Submit(LiveCall call)
    {
        var request = call.Request;
        var (symbol, side, type) = (request.JsonValue("symbol"), request.JsonValue("side"), request.JsonValue("type"));
        var isLimit = type == "limit";
        if (symbol is null || side is not ("buy" or "sell") || type is not ("market" or "limit")
            || Number(request.JsonValue("qty")) is not { } quantity
            || (isLimit && Number(request.JsonValue("limit_price")) is null))
        {
            return CodedAnswer.Json(422, new { code = 42210000, message = "symbol, qty, side, type and, for limit orders, limit_price must be given" });
        }

        if (!market.Lists(symbol))
            return CodedAnswer.Json(422, new { code = 42210000, message = "asset not found" });
        if (!market.IsOpen)
            return CodedAnswer.Json(403, new { code = 40310000, message = "market is closed" });
        var limit = isLimit ? Number(request.JsonValue("limit_price")) : null;
        return Of(call).Submit(symbol, quantity, side == "buy", limit, request.JsonValue("time_in_force") ?? "day", request.JsonValue("client_order_id")) is { } order
            ? CodedAnswer.Json(200, Row(order))
            : CodedAnswer.Json(403, new { code = 40310000, message = "insufficient buying power" });
    }

    public AnswerScript Order(LiveCall call) => Found(Of(call).Order(call.Parts["order_id"]));

    public AnswerScript OrderByClientId(LiveCall call) => Found(Of(call).OrderByClientId(call.Request.QueryValue("client_order_id") ?? ""));

    public AnswerScript Cancel(LiveCall call)
    {
        var account = Of(call);
        return account.Order(call.Parts["order_id"]) is not { } order ? OrderNotFound()
            : account.Cancel(order) ? new AnswerScript { Status = 204 }
            : CodedAnswer.Json(422, new { code = 42210000, message = $"order is already in \"{order.Status}\" state" });
    }

    private PaperAccount Of(LiveCall call) =>
        _accounts.GetOrAdd(call.Request.Header("APCA-API-KEY-ID") ?? "", _ => new PaperAccount(market, time));

    private AnswerScript Found(PaperOrder? order) => order is null ? OrderNotFound() : CodedAnswer.Json(200, Row(order));

    private static AnswerScript OrderNotFound() => CodedAnswer.Json(404, new { code = 40410000, message = "order not found" });

    private object Row(string symbol, PaperPosition held)
    {
        var price = market.Latest(symbol).Price;
        return new
        {
            asset_id = AssetId,
            symbol,
            exchange = "NASDAQ",
            asset_class = "us_equity",
            qty = Text(held.Quantity),
            avg_entry_price = Text(held.Entry),
            side = held.Quantity > 0 ? "long" : "short",
            market_value = Text(held.Quantity * price),
            unrealized_pl = Text(held.Quantity * (price - held.Entry)),
            current_price = Text(price),
        };
    }

    private static object Row(PaperOrder order) => new
    {
        id = order.Id,
        client_order_id = order.ClientOrderId,
        created_at = order.SubmittedAt,
        updated_at = order.ClosedAt ?? order.SubmittedAt,
        submitted_at = order.SubmittedAt,
        filled_at = order.Status == "filled" ? order.ClosedAt : null,
        canceled_at = order.Status == "canceled" ? order.ClosedAt : null,
        failed_at = order.Status == "rejected" ? order.ClosedAt : null,
        asset_id = AssetId,
        symbol = order.Symbol,
        asset_class = "us_equity",
        qty = Text(order.Quantity),
        filled_qty = Text(order.FillPrice is null ? 0 : order.Quantity),
        filled_avg_price = order.FillPrice is { } price ? Text(price) : null,
        order_type = order.Limit is null ? "market" : "limit",
        type = order.Limit is null ? "market" : "limit",
        side = order.Buy ? "buy" : "sell",
        time_in_force = order.TimeInForce,
        limit_price = order.Limit is { } limit ? Text(limit) : null,
        status = order.Status,
        extended_hours = false,
    };

    private static string Text(decimal number) => number.ToString("0.######", CultureInfo.InvariantCulture);

    private static decimal? Number(string? text) =>
        decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
