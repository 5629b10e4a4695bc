namespace ControlPlane.SampleBots.Strategies;

/// <summary>What a strategy looks at: nothing else may sway it.</summary>
/// <param name="Closes">Closing prices of one-second bars, oldest first.</param>
/// <param name="Advice">What the language model said, when the strategy asked for it.</param>
internal sealed record MarketView(string Symbol, IReadOnlyList<decimal> Closes, decimal Bid, decimal Ask, Advice? Advice = null)
{
    public decimal Mid => (Bid + Ask) / 2;
}

/// <summary>A language model's view of an instrument.</summary>
/// <param name="Verdict"><c>up</c>, <c>down</c> or <c>flat</c>.</param>
/// <param name="Confidence">0 to 1.</param>
internal sealed record Advice(string Verdict, double Confidence, string Model);
