using ControlPlane.Abstractions;

namespace ControlPlane.Silo.Storage;

/// <summary>What every store calls the columns of <c>trade_log</c> and the sides of an order.</summary>
internal static class TradeWords
{
    public const string Columns = "trade_id, symbol, side, quantity, price, pnl, opened_at, closed_at, decision_id, trace_id, order_id, currency, history, close_order_id, multiplier, rate";

    public static string Word(OrderSide side) => side == OrderSide.Buy ? "buy" : "sell";

    public static OrderSide Side(string word) => word == "buy" ? OrderSide.Buy : OrderSide.Sell;
}
