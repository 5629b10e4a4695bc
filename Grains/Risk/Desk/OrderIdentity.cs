using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Risk.Desk;

/// <summary>Whether an order that is asked for again under a client id is the one that was granted under it.</summary>
internal static class OrderIdentity
{
    private const string Rule = "client_order_id";

    /// <summary>The refusal, or null when the grant may be answered again.</summary>
    public static OrderRefusal? Check(GrantedOrder known, OrderCheck check, SymbolNames names)
    {
        if (known.Passage is { } passage && check.Gateway is { } gateway)
        {
            if (passage.RequestHash != gateway.RequestHash) return Reused(known, "This client order id was granted for another order. Use a new one.");
            return known.Status == OrderStatus.Open ? null : Reused(known, $"The order of this client order id has ended: {known.Status}. Use a new one.");
        }

        var same = names.Same(known.Symbol, check.Symbol) && known.Side == check.Side && known.Quantity == check.Quantity && known.Price == check.Price
            && known.Intent == check.Intent && known.Multiplier >= check.Multiplier && known.OcoGroup == check.OcoGroup;
        if (!same) return Reused(known, "This client_order_id was granted for another order. Use a new one.");
        return known.Status == OrderStatus.Open ? null : Reused(known, $"The order of this client_order_id has ended: {known.Status}. Use a new one.");
    }

    private static OrderRefusal Reused(GrantedOrder known, string message) => new(Codes.IdReused, Rule, null, null, message) { OrderIds = [known.OrderId] };
}
