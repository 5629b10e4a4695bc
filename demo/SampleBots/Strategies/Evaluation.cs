using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.SampleBots.Strategies;

/// <summary>What a strategy makes of a view.</summary>
/// <param name="Variables">The numbers that it rests on, by name.</param>
internal abstract record Evaluation(ImmutableSortedDictionary<string, TraceValue> Variables);

/// <summary>Open a position.</summary>
/// <param name="Confidence">How likely the trade ends with a profit under <paramref name="Exit"/>, which is fixed here and now, so that
/// the outcome can be held against it.</param>
/// <param name="Notional">Wanted size in the account's currency.</param>
internal sealed record Signal(
    OrderSide Side, double Confidence, decimal Notional, ExitRule Exit, string Rationale, ImmutableSortedDictionary<string, TraceValue> Variables)
    : Evaluation(Variables);

/// <summary>Do nothing, for these reasons.</summary>
internal sealed record Abstention(ImmutableArray<NoTradeReason> Reasons, ImmutableSortedDictionary<string, TraceValue> Variables) : Evaluation(Variables)
{
    /// <summary>One rule that did not hold.</summary>
    public static Abstention For(string code, string rule, double threshold, double actual, ImmutableSortedDictionary<string, TraceValue> variables) =>
        new([new NoTradeReason(code, rule, (decimal)Math.Round(threshold, 6), (decimal)Math.Round(actual, 6), null)], variables);
}

/// <summary>Ask the language model, then evaluate again with its advice.</summary>
internal sealed record AskAdvisor(ImmutableSortedDictionary<string, TraceValue> Variables) : Evaluation(Variables);
