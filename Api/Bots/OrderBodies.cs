using ControlPlane.Abstractions;
using ControlPlane.Api.Http;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Bots;

/// <summary>Orders and accounts as grains take them and as the contract writes them.</summary>
internal static class OrderBodies
{
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
        Provider: null,
        order.Status,
        order.GrantedAt,
        order.Multiplier);

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
