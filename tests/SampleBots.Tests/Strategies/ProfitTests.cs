using ControlPlane.Abstractions;
using ControlPlane.SampleBots.Strategies;

namespace ControlPlane.SampleBots.Tests.Strategies;

/// <summary>The strategies over the market that the demo trades in: they trade often enough to be watched, and what they state is worth something.</summary>
public sealed class ProfitTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("momentum", "SIMA")]
    [InlineData("mean-reversion", "SIMB")]
    [InlineData("advised", "SIMC")]
    [InlineData("careless", "SIMD")]
    public void Strategy_OverHours_TradesOftenAndKnowsHowSureItIs(string name, string symbol)
    {
        IStrategy strategy = name switch { "momentum" => new MomentumStrategy(), "mean-reversion" => new MeanReversionStrategy(), "careless" => new CarelessStrategy(), _ => new AdvisedStrategy() };
        var test = Backtest.Run(strategy, symbol, seed: 20261124, TimeSpan.FromHours(6));

        output.WriteLine($"{name}: {test.Trades.Count} trades in 6 h, win rate {test.WinRate:F3}, skill {test.BrierSkill:F3}, mean gain {test.Trades.Average(t => t.Gain) * 1e4:F2} bp");
        foreach (var group in test.Trades.GroupBy(t => Math.Round(t.Confidence, 1)).OrderBy(g => g.Key))
            output.WriteLine($"  confidence {group.Key}: {group.Count()} trades, won {group.Average(t => t.Gain > 0 ? 1.0 : 0):F3}");
        output.WriteLine(string.Join(", ", test.NoTrades.Select(n => $"{n.Key} {n.Value}")));
        Assert.InRange(test.Trades.Count, 6 * 60, 6 * 3600 / 4);
        Assert.InRange(test.WinRate, 0.55, 0.98);
        Assert.True(test.BrierSkill > 0, $"{test.BrierSkill}");
        Assert.Contains(NoTradeCodes.NoSignal, test.NoTrades.Keys);
    }
}
