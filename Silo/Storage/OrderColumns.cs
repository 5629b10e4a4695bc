using ControlPlane.Abstractions;

namespace ControlPlane.Silo.Storage;

/// <summary>What every store calls the columns of <c>checked_orders</c> and <c>position_ledger</c>, and the intents of an order.</summary>
internal static class OrderColumns
{
    public const string Columns =
        "order_id, symbol, side, quantity, price, intent, lease_epoch, granted_at, status, filled, trace_id, client_order_id, multiplier, oco_group, renewed_at, ended_at, " + PassageColumns;

    public const string PassageColumns =
        "provider, environment, operation, request_hash, route, passage, provider_order_id, sent_at, answered_at, lookups, due_at, seen, seen_price, seen_at, matched, seen_pnl, seen_fee, booked, booked_price, booked_fee";

    public const string PositionColumns = "symbol, settled, settled_at, reported, as_of, drift, peak, aside, settled_told, as_of_told";

    public static string Word(OrderIntent intent) => intent == OrderIntent.Reduce ? "reduce" : "open";

    public static OrderIntent Intent(string word) => word == "reduce" ? OrderIntent.Reduce : OrderIntent.Open;
}
