using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.SampleBots.Strategies;

/// <summary>Goes with a move that is too straight for noise.</summary>
internal sealed class MomentumStrategy : IStrategy
{
    private const double MinMove = 0.0012;
    private const double MinStrength = 1.7;
    private const double MinConfidence = 0.6;
    private const int RecentBars = 5;
    private static readonly ExitRule s_exit = new(TimeSpan.FromSeconds(6), StopFraction: 0.004, TargetFraction: 0.006);

    public string Model => "momentum-1";

    public int Bars => 12;

    public Evaluation Evaluate(MarketView view)
    {
        var logs = Indicators.Logs(view, Bars);
        var (move, strength) = (Indicators.Move(logs), Indicators.TrendStrength(logs));

        // How strong it was says little about how it goes on; whether it still goes on says more.
        var recent = Indicators.TrendStrength([.. logs.TakeLast(RecentBars)]) * Math.Sign(move);
        var confidence = Indicators.Logistic(1.2 + (0.4 * recent));
        var variables = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new KeyValuePair<string, TraceValue>[]
        {
            new("move", Math.Round(move, 6)),
            new("trend_strength", Math.Round(strength, 3)),
            new("recent_strength", Math.Round(recent, 3)),
            new("window_s", Bars),
            new("horizon_s", s_exit.Horizon.TotalSeconds),
        });
        if (Math.Abs(move) < MinMove)
            return Abstention.For(NoTradeCodes.NoSignal, "min_move", MinMove, Math.Abs(move), variables);
        if (Math.Abs(strength) < MinStrength)
            return Abstention.For(NoTradeCodes.RegimeMismatch, "min_trend_strength", MinStrength, Math.Abs(strength), variables);
        if (confidence < MinConfidence)
            return Abstention.For(NoTradeCodes.LowConfidence, "min_confidence", MinConfidence, confidence, variables);

        var side = move > 0 ? OrderSide.Buy : OrderSide.Sell;
        return new Signal(side, confidence, Notional: 800, s_exit,
            $"{view.Symbol} moved {move:P2} in {Bars} s, {Math.Abs(strength):F1} times what its noise explains.", variables);
    }
}
