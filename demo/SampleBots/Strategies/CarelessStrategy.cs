namespace ControlPlane.SampleBots.Strategies;

/// <summary>Goes with a move as <see cref="MomentumStrategy"/> does, and asks for more than its limit when it is sure of itself. That such an order
/// is refused is for the gateway to see to.</summary>
internal sealed class CarelessStrategy : IStrategy
{
    private const double Sure = 0.9;

    /// <summary>The limit of an order is 1,000, unless somebody set another one.</summary>
    private const decimal TooMuch = 1_500;
    private readonly MomentumStrategy _idea = new();

    public string Model => "careless-1";

    public int Bars => _idea.Bars;

    public Evaluation Evaluate(MarketView view) => _idea.Evaluate(view) is var evaluation && evaluation is Signal { Confidence: >= Sure } signal
        ? signal with { Notional = TooMuch, Rationale = $"{signal.Rationale} It is so sure that it minds no limit." }
        : evaluation;
}
