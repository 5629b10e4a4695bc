using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Gateway.Positions;

/// <summary>Tells whether anything changed in a bot's ledger that bears on its position in a symbol. That an order was seen working again is no change.</summary>
internal static class PositionStamp
{
    public static string Of(BotLedgers ledgers, string symbol, SymbolNames names)
    {
        var text = new StringBuilder();
        foreach (var trade in ledgers.Trades(symbol).OrderBy(trade => trade.TradeId, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"t {trade.TradeId} {trade.Side} {trade.Quantity}\n");
        foreach (var order in ledgers.Book.Orders.Where(order => !order.IsSettled && names.Canonical(order.Symbol) == symbol).OrderBy(order => order.OrderId, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"o {order.OrderId} {order.Status} {order.Quantity} {order.Filled} {order.Beyond} {IsSent(order)}\n");
        var entry = ledgers.Entry(symbol);
        text.Append(CultureInfo.InvariantCulture, $"e {entry.Offset} {entry.Drift} {entry.AsOf?.UtcTicks} {entry.Aside}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>It may be at the broker.</summary>
    public static bool IsSent(GrantedOrder order) => order.Passage is { State: not PassageState.Granted };
}
