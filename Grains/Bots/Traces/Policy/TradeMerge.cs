using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Bots.Traces.Policy;

/// <summary>What a second report of a trade may do: complete it. Symbol, side, quantity and price never change; what is set stays;
/// the profit alone may change until the trade is closed, and a loss may grow after that. The order is the opening one; the report of the closing may name another.</summary>
public static class TradeMerge
{
    /// <summary>The trade as it becomes; equal to <paramref name="known"/> when the report adds nothing, null when it contradicts.</summary>
    public static TradeTrace? Merge(TradeTrace known, TradeTrace report)
    {
        if (report.Symbol != known.Symbol || report.Side != known.Side || report.Quantity != known.Quantity || report.Price != known.Price) return null;
        if (Differs(known.ClosedAt, report.ClosedAt) || Differs(known.DecisionId, report.DecisionId) || Differs(known.Currency, report.Currency)) return null;
        if (known.History != report.History) return null;
        if (known.ClosedAt is not null && known.Pnl is { } settled && report.Pnl is { } told && told != settled && !(told < settled && told < 0)) return null;
        return known with
        {
            Pnl = report.Pnl ?? known.Pnl,
            ClosedAt = known.ClosedAt ?? report.ClosedAt,
            DecisionId = known.DecisionId ?? report.DecisionId,
            TraceId = known.TraceId ?? report.TraceId,
            OrderId = known.OrderId ?? report.OrderId,
            Currency = known.Currency ?? report.Currency,
        };
    }

    // Stores keep microseconds.
    private static bool Differs(DateTimeOffset? a, DateTimeOffset? b) => a is { } x && b is { } y && Math.Abs((x - y).Ticks) >= TimeSpan.TicksPerMillisecond;

    private static bool Differs(string? a, string? b) => a is not null && b is not null && a != b;
}
