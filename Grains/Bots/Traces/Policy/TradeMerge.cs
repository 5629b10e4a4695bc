using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Bots.Traces.Policy;

/// <summary>What a second report of a trade does: it fills in what was missing. A larger quantity is the next state of a growing fill and brings its price;
/// a smaller one changes nothing. Reported values stay, with two exceptions: the profit follows until the trade is closed, and a loss may
/// grow.</summary>
public static class TradeMerge
{
    /// <summary>The trade as it becomes; equal to <paramref name="known"/> when the report adds nothing, null when it is of another symbol or side.</summary>
    /// <param name="sameSymbol">Whether two symbols are one.</param>
    public static TradeTrace? Merge(TradeTrace known, TradeTrace report, Func<string, string, bool>? sameSymbol = null)
    {
        if (!(sameSymbol ?? string.Equals)(report.Symbol, known.Symbol) || report.Side != known.Side || known.History != report.History) return null;
        var grows = report.Quantity > known.Quantity;
        return known with
        {
            Quantity = grows ? report.Quantity : known.Quantity,
            Price = grows ? report.Price : known.Price,
            Pnl = Pnl(known, report),
            ClosedAt = known.ClosedAt ?? report.ClosedAt,
            DecisionId = known.DecisionId ?? report.DecisionId,
            TraceId = known.TraceId ?? report.TraceId,
            OrderId = known.OrderId ?? report.OrderId,
            Currency = known.Currency ?? report.Currency,
            Rate = known.Rate ?? (known.Currency == report.Currency ? report.Rate : null),
            CloseOrderId = known.CloseOrderId ?? report.CloseOrderId,
            Multiplier = Math.Max(known.Multiplier, report.Multiplier),
        };
    }

    private static decimal? Pnl(TradeTrace known, TradeTrace report)
    {
        if (known.Pnl is not { } told || known.ClosedAt is null) return report.Pnl ?? known.Pnl;
        return report.Pnl < 0 && report.Pnl < told ? report.Pnl : told;
    }
}
