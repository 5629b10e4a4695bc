using ControlPlane.Abstractions;
using ControlPlane.Api.Http;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Bots;

/// <summary>Orders and accounts as grains take them and as the contract writes them.</summary>
internal static class OrderBodies
{
    public const int MaxOrderId = 100;
    private const int MaxRows = 10_000;

    public static OrderRow ToRow(OrderView order) => new(
        order.OrderId,
        order.ClientOrderId,
        order.Symbol,
        order.Side == OrderSide.Buy ? "buy" : "sell",
        order.Quantity,
        order.Left,
        order.Price,
        order.Intent == OrderIntent.Reduce ? "reduce" : "open",
        order.OcoGroup,
        order.Provider,
        order.Status,
        order.GrantedAt,
        order.Multiplier);

    public static Problem? Check(OrderCheckRequest request, string traceId, out OrderCheck order)
    {
        order = null!;
        if (request.Intent is not null && PermitReasons.Intent(request.Intent) is null) return Problems.Invalid("'intent' must be 'open', 'reduce' or 'cancel'.");
        var intent = PermitReasons.Intent(request.Intent) ?? OrderIntent.Open;
        var trace = request.TraceId?.ToLowerInvariant() ?? traceId;
        if (request.Epoch is null) return Problems.Invalid("'epoch' must be the epoch of the runner's lease.");
        if (intent == OrderIntent.Cancel)
        {
            order = new(request.Symbol ?? "", OrderSide.Buy, 0, null, intent, request.Epoch, trace);
            return null;
        }

        if (!TextRules.IsText(request.Symbol, BotRules.MaxSymbol)) return Problems.Invalid($"'symbol' must be 1 to {BotRules.MaxSymbol} characters of {TextRules.TextRule}.");
        OrderSide? side = request.Side switch { "buy" => OrderSide.Buy, "sell" => OrderSide.Sell, _ => null };
        if (side is null) return Problems.Invalid("'side' must be 'buy' or 'sell'.");
        if (request.Quantity is not { } quantity) return Problems.Invalid("'quantity' must be a number.");
        if (request.ClientOrderId is not null && !TextRules.IsText(request.ClientOrderId, MaxOrderId)) return Problems.Invalid($"'client_order_id' must be 1 to {MaxOrderId} characters of {TextRules.TextRule}.");
        if (request.OcoGroup is not null && !TextRules.IsText(request.OcoGroup, MaxOrderId)) return Problems.Invalid($"'oco_group' must be 1 to {MaxOrderId} characters of {TextRules.TextRule}.");
        order = new(request.Symbol!, side.Value, quantity, request.Price, intent, request.Epoch, trace, request.ClientOrderId, request.Multiplier ?? 1, request.OcoGroup);
        return null;
    }

    public static Problem? Check(AccountReportRequest request, out AccountReport account)
    {
        account = null!;
        if (request.AsOf is not { } asOf) return Problems.Invalid("'as_of' is required: the moment of which the account speaks.");
        if (request.Positions is not { } positions) return Problems.Invalid("'positions' is required; [] for none.");
        var open = request.OpenOrders ?? [];
        if (positions.Count > MaxRows || open.Count > MaxRows) return Problems.Invalid($"An account holds at most {MaxRows} positions and orders.");
        if (positions.Any(p => p?.Symbol is null || p.Quantity is null)) return Problems.Invalid("Each position needs 'symbol' and 'quantity'.");
        if (open.Any(id => id is null)) return Problems.Invalid("'open_orders' holds ids of orders.");
        account = new(asOf, [.. positions.Select(p => new HeldPosition(p!.Symbol!, p.Quantity!.Value))], [.. open.Select(id => id!)]);
        return null;
    }
}
