using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Bots.Traces.Policy;

/// <summary>When two no-trades are the same: symbol, codes and rules, in order. Thresholds and values may differ.</summary>
public static class NoTradeFold
{
    private const char Between = '\u001f';

    public static string Key(NoTradeTrace noTrade) =>
        $"{noTrade.Symbol}{Between}{string.Join(Between, noTrade.Reasons.Select(r => $"{r.Code}{Between}{r.Rule}"))}";
}
