using System.Collections.Immutable;
using System.Diagnostics;
using ControlPlane.Abstractions;
using ControlPlane.SampleBots.Providers;
using ControlPlane.SampleBots.Strategies;
using Microsoft.Extensions.Logging;

namespace ControlPlane.SampleBots.Running;

/// <summary>Where a bot trades: it looks at the market, evaluates, and sends an order to the gateway, or says why not.
/// The permit is asked before every side effect and after every await.</summary>
internal sealed partial class TradingDesk(
    BotProfile profile,
    IBotGrain bot,
    BotPermit permit,
    TraceJournal journal,
    OrderLedger ledger,
    MarketDataClient data,
    BrokerClient broker,
    AdvisorClient advisor,
    TimeProvider time,
    ILogger<TradingDesk> logger)
{
    private static readonly TimeSpan s_maxQuoteAge = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_cooldown = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_clockHolds = TimeSpan.FromSeconds(10);
    private readonly AccountReconciliation _account = new(profile, bot, journal, ledger, broker, time);
    private OpenTrade? _trade;
    private bool _reconciled;
    private long _coolSince;
    private (bool Open, long At)? _clock;

    /// <summary>Somebody else may have traded: the account is read before anything else is sent.</summary>
    public void CountAnew() => _reconciled = false;

    /// <summary>One cycle. Never throws.</summary>
    public async Task CycleAsync(CancellationToken cancel)
    {
        // A trace of its own, which the calls below carry.
        Activity.Current = null;
        using var activity = new Activity("sample-bot-cycle").SetIdFormat(ActivityIdFormat.W3C).Start();
        var cycle = new BotCycle(profile.Symbol, activity.TraceId, time.GetUtcNow());
        try
        {
            await RunAsync(cycle, cancel);
        }
        catch (ProviderCallException e)
        {
            cycle.Fail(e.Provider == MarketDataClient.Provider ? NoTradeCodes.DataMissing : NoTradeCodes.Error, "provider_call", e.Message);
            if (!permit.Check().MayOpen) cycle.AlsoHeldBack(permit.Explain());
        }
        catch (Exception e)
        {
            if (cancel.IsCancellationRequested) return;
            cycle.Fail(NoTradeCodes.Error, "cycle", e.GetType().Name);
            LogBroke(logger, profile.BotId, e, cycle.TraceId);
        }

        if (cycle.NoTradeTrace() is { } noTrade) journal.Add(noTrade);
        if (cycle.Trace() is { } trace) journal.Add(trace);
        await journal.FlushAsync();
    }

    private async Task RunAsync(BotCycle cycle, CancellationToken cancel)
    {
        if (!MayLook(cycle) || !await SettledAsync(cycle, cancel) || !MayLook(cycle)) return;
        if (!await IsMarketOpenAsync(cancel))
        {
            cycle.Looked();
            cycle.NoTrade(NoTradeCodes.MarketClosed, "market_open", 1, 0, null);
            return;
        }

        if (!MayLook(cycle)) return;
        var (view, age) = await data.ReadAsync(profile.Symbol, profile.Strategy.Bars, cancel);
        cycle.Looked();
        if (age > s_maxQuoteAge)
            cycle.NoTrade(NoTradeCodes.DataStale, "max_quote_age_ms", (decimal)s_maxQuoteAge.TotalMilliseconds, (long)age.TotalMilliseconds, null);
        else if (view.Closes.Count < profile.Strategy.Bars)
            cycle.NoTrade(NoTradeCodes.DataMissing, "min_bars", profile.Strategy.Bars, view.Closes.Count, null);
        else if (_trade is { } trade)
            await HoldOrCloseAsync(cycle, trade, view, cancel);
        else
            await SeekAsync(cycle, view, cancel);
    }

    /// <summary>Looking needs the lease alone, also while everything is halted or killed: reads pass the gateway, and a provider that failed is only
    /// seen to be well again by calls that succeed.</summary>
    private bool MayLook(BotCycle cycle)
    {
        if (permit.MayRead) return true;
        cycle.NoTrade(permit.Explain());
        return false;
    }

    private async Task HoldOrCloseAsync(BotCycle cycle, OpenTrade trade, MarketView view, CancellationToken cancel)
    {
        if (trade.Exit.Due(trade.Side, trade.Entry, view, time.GetElapsedTime(trade.EnteredAt)) is not { } why)
        {
            cycle.NoTrade(NoTradeCodes.PositionLimit, "one_position_at_a_time", 1, 1, null);
            return;
        }

        cycle.Signal();
        var price = trade.Way == OrderSide.Buy ? view.Ask : view.Bid;
        var order = new PlannedOrder(NewId(), trade.Way, trade.Quantity, price, view.Closes[^1], null, trade);
        await TradeAsync(cycle, order, order.Explained(cycle, profile, permit.Check(), "close", $"Closed because {why}.", null, ImmutableSortedDictionary<string, TraceValue>.Empty), cancel);
    }

    private async Task SeekAsync(BotCycle cycle, MarketView view, CancellationToken cancel)
    {
        if (!permit.Check().MayOpen)
        {
            cycle.NoTrade(permit.Explain());
            return;
        }

        if (_coolSince != 0 && time.GetElapsedTime(_coolSince) is var since && since < s_cooldown)
        {
            cycle.NoTrade(NoTradeCodes.Cooldown, "min_pause_ms", (decimal)s_cooldown.TotalMilliseconds, (long)since.TotalMilliseconds, null);
            return;
        }

        var evaluation = profile.Strategy.Evaluate(view);
        if (evaluation is AskAdvisor) evaluation = profile.Strategy.Evaluate(view with { Advice = await advisor.AskAsync(view, cancel) });

        if (evaluation is Abstention none)
        {
            cycle.NoTrade(none.Reasons);
            return;
        }

        var signal = (Signal)evaluation;
        cycle.Signal();
        var price = signal.Side == OrderSide.Buy ? view.Ask : view.Bid;
        var order = new PlannedOrder(NewId(), signal.Side, Math.Max(1, Math.Floor(signal.Notional / price)), price, view.Closes[^1], signal, null);
        var action = signal.Side == OrderSide.Buy ? "buy" : "sell";
        await TradeAsync(cycle, order, order.Explained(cycle, profile, permit.Check(), action, signal.Rationale, signal.Confidence, signal.Variables), cancel);
    }

    private async Task<bool> IsMarketOpenAsync(CancellationToken cancel)
    {
        if (_clock is not { } known || time.GetElapsedTime(known.At) >= s_clockHolds)
            _clock = known = (await broker.IsMarketOpenAsync(cancel), time.GetTimestamp());
        return known.Open;
    }

    private string NewId() => Guid.CreateVersion7(time.GetUtcNow()).ToString("N");

    [LoggerMessage(EventIds.TradingDeskBroke, LogLevel.Error, "Sample bot {BotId}: a cycle broke off, trace {CycleTraceId}")]
    private static partial void LogBroke(ILogger logger, string botId, Exception exception, string cycleTraceId);
}
