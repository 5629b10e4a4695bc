using ControlPlane.Abstractions;
using ControlPlane.ProviderSimulator;
using ControlPlane.ProviderSimulator.Live;
using ControlPlane.ProviderSimulator.Market;
using ControlPlane.SampleBots.Strategies;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.SampleBots.Tests.Strategies;

/// <summary>A strategy over hours of the simulated market in a moment: one look every 1.25 seconds, one position at a time.</summary>
internal sealed class Backtest
{
    private static readonly TimeSpan s_step = TimeSpan.FromSeconds(1.25);

    public List<(double Confidence, double Gain)> Trades { get; } = [];

    public Dictionary<string, int> NoTrades { get; } = [];

    public int Looks { get; private set; }

    /// <summary>Share of trades that ended with a profit.</summary>
    public double WinRate => Trades.Average(static t => t.Gain > 0 ? 1.0 : 0);

    /// <summary>1 minus the Brier score of the stated confidences over that of always stating the win rate; above 0, the confidence tells something.</summary>
    public double BrierSkill
    {
        get
        {
            var rate = WinRate;
            var score = Trades.Average(static t => Math.Pow(t.Confidence - (t.Gain > 0 ? 1 : 0), 2));
            return 1 - (score / (rate * (1 - rate)));
        }
    }

    public static Backtest Run(IStrategy strategy, string symbol, ulong seed, TimeSpan span)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 15, 0, 0, TimeSpan.Zero));
        var market = new SimulatedMarket(new MarketOptions { Seed = seed }, time);
        var advisor = new OpenAiAnswers(market, time);
        var test = new Backtest();
        (Signal Signal, decimal Entry, DateTimeOffset At)? open = null;
        for (var end = time.GetUtcNow() + span; time.GetUtcNow() < end; time.Advance(s_step))
        {
            test.Looks++;
            var view = View(market, time, strategy, symbol);
            if (open is { } held)
            {
                if (held.Signal.Exit.Due(held.Signal.Side, held.Entry, view, time.GetUtcNow() - held.At) is null) continue;
                var gain = held.Signal.Side == OrderSide.Buy ? view.Bid - held.Entry : held.Entry - view.Ask;
                test.Trades.Add((held.Signal.Confidence, (double)(gain / held.Entry)));
                open = null;
                continue;
            }

            var evaluation = strategy.Evaluate(view);
            if (evaluation is AskAdvisor)
            {
                var (verdict, confidence) = advisor.View(symbol);
                evaluation = strategy.Evaluate(view with { Advice = new Advice(verdict, confidence, "test") });
            }

            if (evaluation is Signal signal)
                open = (signal, signal.Side == OrderSide.Buy ? view.Ask : view.Bid, time.GetUtcNow());
            else if (evaluation is Abstention none)
                test.NoTrades[none.Reasons[0].Code] = test.NoTrades.GetValueOrDefault(none.Reasons[0].Code) + 1;
        }

        return test;
    }

    private static MarketView View(SimulatedMarket market, FakeTimeProvider time, IStrategy strategy, string symbol)
    {
        var now = time.GetUtcNow();
        var bars = market.Bars(symbol, now.AddSeconds(-strategy.Bars - 3), now, 1);
        var tick = market.Latest(symbol);
        return new MarketView(symbol, [.. bars.TakeLast(strategy.Bars).Select(static b => b.Close)], tick.Bid, tick.Ask);
    }
}
