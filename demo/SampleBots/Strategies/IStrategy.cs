namespace ControlPlane.SampleBots.Strategies;

/// <summary>The idea of a bot: a pure function. The same view gives the same evaluation, so that it can be tested without a market,
/// a clock or a cluster.</summary>
internal interface IStrategy
{
    /// <summary>Name that its decisions carry.</summary>
    string Model { get; }

    /// <summary>Bars that it needs to see.</summary>
    int Bars { get; }

    Evaluation Evaluate(MarketView view);
}
