using ControlPlane.ProviderSimulator;
using ControlPlane.ProviderSimulator.Market;
using ControlPlane.SampleBots.Strategies;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.SampleBots.Tests.Strategies;

public sealed class CarelessStrategyTests(ITestOutputHelper output)
{
    /// <summary>The limit of an order of a bot that has none of its own.</summary>
    private const decimal Limit = 1_000;

    [Theory]
    [InlineData(2570)]
    [InlineData(1)]
    [InlineData(2)]
    public void Orders_AreNowAndThenBeyondTheLimit(ulong seed)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 15, 0, 0, TimeSpan.Zero));
        var market = new SimulatedMarket(new MarketOptions { Seed = seed }, time);
        var strategy = new CarelessStrategy();
        var (within, beyond, firstBeyond) = (0, 0, TimeSpan.MaxValue);
        var start = time.GetUtcNow();
        for (var i = 0; i < 1_800; i++, time.Advance(TimeSpan.FromSeconds(1.03)))
        {
            if (strategy.Evaluate(View(market, time, strategy)) is not Signal signal) continue;
            if (signal.Notional <= Limit) within++;
            else beyond++;
            if (beyond == 1) firstBeyond = time.GetUtcNow() - start < firstBeyond ? time.GetUtcNow() - start : firstBeyond;
        }

        output.WriteLine($"seed {seed}: {within} within the limit, {beyond} beyond it, the first after {firstBeyond}");
        Assert.InRange(beyond / (double)(within + beyond), 0.05, 0.5);
        Assert.InRange(firstBeyond, TimeSpan.Zero, TimeSpan.FromMinutes(3));
    }

    private static MarketView View(SimulatedMarket market, FakeTimeProvider time, CarelessStrategy strategy)
    {
        var now = time.GetUtcNow();
        var bars = market.Bars("SIMD", now.AddSeconds(-strategy.Bars - 3), now, 1);
        var tick = market.Latest("SIMD");
        return new MarketView("SIMD", [.. bars.TakeLast(strategy.Bars).Select(static b => b.Close)], tick.Bid, tick.Ask);
    }
}
