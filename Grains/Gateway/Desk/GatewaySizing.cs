using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gateway.Desk;

/// <summary>Quantity and price that an order of the gateway is evaluated by.</summary>
/// <param name="Units">Units of the instrument.</param>
/// <param name="Price">Null for an exit without one.</param>
internal readonly record struct OrderSize(decimal Units, decimal? Price);

/// <summary>Makes units and a price of what an order says. Money is divided by the mark less the collar, so that more units count than will come.</summary>
internal static class GatewaySizing
{
    public const string Rule = "mark";

    /// <param name="mark">The freshest price that is known; null without one.</param>
    /// <param name="collarPercent">How far a price may be from the mark.</param>
    /// <param name="refusal">Why the order can't be evaluated.</param>
    public static OrderSize? Of(GatewayOrder order, decimal? mark, decimal collarPercent, out OrderRefusal? refusal)
    {
        refusal = null;
        var collar = Math.Clamp(collarPercent, 0, 90) / 100;
        var price = order.Kind switch
        {
            "market" => mark,
            "stop" => order.StopPrice is { } stop && mark is { } last && order.Side == OrderSide.Buy ? Math.Max(stop, last) : order.StopPrice,
            _ => order.Price,
        };
        if (order.Quantity is { } units) return new(units, price);
        var basis = order.Kind is "limit" or "stop_limit" && price is { } limit ? (mark is { } m ? Math.Min(limit, m * (1 - collar)) : limit) : mark * (1 - collar);
        if (order.Notional is not { } money || basis is not > 0)
        {
            refusal = new(NoTradeCodes.DataMissing, Rule, null, null, "No fresh price of this symbol is known, by which its money could be turned into units. Read a quote of it through the gateway first.");
            return null;
        }

        return new(money / basis.Value, price);
    }
}
