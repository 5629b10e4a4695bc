using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.SampleBots.Strategies;

/// <summary>Leans against a price that has swung away from its mean, as long as it does not trend.</summary>
internal sealed class MeanReversionStrategy : IStrategy
{
    private const double MinDeviation = 0.0006;
    private const double MaxStrength = 1.5;
    private const double MinStretch = 1.2;

    /// <summary>The farther it has swung, the more is bought of it. What is too much is for the risk engine to say.</summary>
    private const decimal NotionalAStretch = 400;
    private static readonly ExitRule s_exit = new(TimeSpan.FromSeconds(4), StopFraction: 0.006, TargetFraction: 0.003);

    public string Model => "mean-reversion-1";

    public int Bars => 24;

    public Evaluation Evaluate(MarketView view)
    {
        var logs = Indicators.Logs(view, Bars);
        var (deviation, strength, stretch) = (Indicators.Deviation(logs), Indicators.TrendStrength(logs), Indicators.Stretch(logs));
        var variables = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new KeyValuePair<string, TraceValue>[]
        {
            new("deviation", Math.Round(deviation, 6)),
            new("trend_strength", Math.Round(strength, 3)),
            new("stretch", Math.Round(stretch, 3)),
            new("window_s", Bars),
            new("horizon_s", s_exit.Horizon.TotalSeconds),
        });
        if (deviation < MinDeviation)
            return Abstention.For(NoTradeCodes.NoSignal, "min_deviation", MinDeviation, deviation, variables);
        if (Math.Abs(strength) > MaxStrength)
            return Abstention.For(NoTradeCodes.RegimeMismatch, "max_trend_strength", MaxStrength, Math.Abs(strength), variables);
        if (Math.Abs(stretch) < MinStretch)
            return Abstention.For(NoTradeCodes.NoSignal, "min_stretch", MinStretch, Math.Abs(stretch), variables);

        var side = stretch > 0 ? OrderSide.Sell : OrderSide.Buy;
        var confidence = Indicators.Logistic((0.9 * Math.Abs(stretch)) - 0.4);
        return new Signal(side, confidence, Notional: NotionalAStretch * (decimal)Math.Abs(stretch), s_exit,
            $"{view.Symbol} is {Math.Abs(stretch):F1} deviations {(stretch > 0 ? "above" : "below")} its mean of {Bars} s and does not trend.", variables);
    }
}
