using ControlPlane.Abstractions;

namespace ControlPlane.Silo.Storage;

/// <summary>Columns of <c>trade_log</c>, and names of an order's side in every store.</summary>
internal static class TradeColumns
{
    public const string Columns = "trade_id, symbol, side, quantity, price, pnl, opened_at, closed_at, decision_id, trace_id, order_id, currency, history, close_order_id, multiplier, rate";

    public static string SideName(OrderSide side) => side == OrderSide.Buy ? "buy" : "sell";

    public static OrderSide Side(string word) => word == "buy" ? OrderSide.Buy : OrderSide.Sell;
}
