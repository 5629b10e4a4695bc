using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.SampleBots.Strategies;

/// <summary>Asks a language model about a price that moves at all, and follows it when it is sure enough.</summary>
internal sealed class AdvisedStrategy : IStrategy
{
    private const double MinMove = 0.0004;
    private const double MinConfidence = 0.65;
    private static readonly ExitRule s_exit = new(TimeSpan.FromSeconds(5), StopFraction: 0.005, TargetFraction: 0.006);

    public string Model => Advisor + " advised-1";

    public int Bars => 10;

    /// <summary>The model that is asked.</summary>
    public const string Advisor = "gpt-4o-mini";

    public Evaluation Evaluate(MarketView view)
    {
        var move = Indicators.Move(Indicators.Logs(view, Bars));
        var variables = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new KeyValuePair<string, TraceValue>[]
        {
            new("move", Math.Round(move, 6)),
            new("window_s", Bars),
            new("horizon_s", s_exit.Horizon.TotalSeconds),
        });
        if (Math.Abs(move) < MinMove)
            return Abstention.For(NoTradeCodes.NoSignal, "min_move", MinMove, Math.Abs(move), variables);
        if (view.Advice is not { } advice)
            return new AskAdvisor(variables);

        variables = variables.Add("advice", advice.Verdict).Add("advice_confidence", advice.Confidence);
        if (advice.Verdict is not ("up" or "down"))
            return new Abstention([new NoTradeReason(NoTradeCodes.NoSignal, "advice", null, null, "The advisor sees no direction.")], variables);
        if (advice.Confidence < MinConfidence)
            return Abstention.For(NoTradeCodes.LowConfidence, "min_confidence", MinConfidence, advice.Confidence, variables);

        // The advisor is sure of the direction; a trade must also outlive the regime that it saw.
        var confidence = 0.9 * advice.Confidence;
        return new Signal(advice.Verdict == "up" ? OrderSide.Buy : OrderSide.Sell, confidence, Notional: 600, s_exit,
            $"{advice.Model} reads {view.Symbol} as {advice.Verdict}, {advice.Confidence:P0} sure.", variables);
    }
}
