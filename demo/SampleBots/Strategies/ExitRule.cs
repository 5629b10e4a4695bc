using ControlPlane.Abstractions;

namespace ControlPlane.SampleBots.Strategies;

/// <summary>When a position is closed: after a time, or earlier at a loss or a profit.</summary>
/// <param name="Horizon">Longest time in the market.</param>
/// <param name="StopFraction">Loss, as a share of the entry price, at which to get out.</param>
/// <param name="TargetFraction">Profit, as a share of the entry price, at which to be content.</param>
internal sealed record ExitRule(TimeSpan Horizon, double StopFraction, double TargetFraction)
{
    /// <summary>Why to close now, or null to hold on.</summary>
    /// <param name="held">Time since the entry.</param>
    public string? Due(OrderSide side, decimal entry, MarketView view, TimeSpan held)
    {
        var exit = side == OrderSide.Buy ? view.Bid : view.Ask;
        var gain = (double)((exit - entry) / entry) * (side == OrderSide.Buy ? 1 : -1);
        return gain <= -StopFraction ? "the stop was reached"
            : gain >= TargetFraction ? "the target was reached"
            : held >= Horizon ? "its time was over"
            : null;
    }
}
