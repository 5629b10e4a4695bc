using ControlPlane.Abstractions;
using ControlPlane.SampleBots.Providers;

namespace ControlPlane.SampleBots.Running;

/// <summary>From a decision to a filled order.</summary>
internal sealed partial class TradingDesk
{
    private const int Polls = 8;
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_cancelAfter = TimeSpan.FromSeconds(5);
    private SentOrder? _sent;

    private async Task TradeAsync(BotCycle cycle, PlannedOrder order, DecisionTrace decision, CancellationToken cancel)
    {
        if (!Permitted(cycle, order)) return;
        await bot.ReportMark(profile.Symbol, order.LastTrade);

        // The reason is on disk before the order is out: no trade that can't be explained.
        if (!await MayGoAsync(cycle, order, decision)) return;
        _sent = new SentOrder(order.DecisionId, order, time.GetTimestamp());
        await SubmitAsync(cycle, _sent, cancel);
    }

    private async Task<bool> MayGoAsync(BotCycle cycle, PlannedOrder order, DecisionTrace decision)
    {
        if (!Permitted(cycle, order)) return false;
        journal.Add(decision);
        await journal.FlushAsync();
        if (!journal.IsClear)
        {
            cycle.Fail(NoTradeCodes.Error, "decision_recorded", "The decision could not be recorded.");
            return false;
        }

        return Permitted(cycle, order);
    }

    private bool Permitted(BotCycle cycle, PlannedOrder order)
    {
        var answer = permit.Check();
        if (order.Closes is null ? answer.MayOpen : answer.MayReduce) return true;
        cycle.NoTrade(permit.Explain());
        return false;
    }

    /// <summary>The gateway evaluates the order, grants it and sends it once.</summary>
    private async Task SubmitAsync(BotCycle cycle, SentOrder sent, CancellationToken cancel)
    {
        BrokerOrder order;
        try
        {
            order = await broker.SubmitAsync(profile.Symbol, sent.Plan.Side, sent.Plan.Quantity, sent.ClientId, cancel);
        }
        catch (ProviderCallException e)
        {
            // Of an order whose answer was lost nobody knows: it is looked for until somebody does.
            if (!e.OutcomeUnknown) _sent = null;
            if (e is { Refusal: not null, OutcomeUnknown: false })
            {
                _coolSince = time.GetTimestamp();
                if (e.IsRecorded) return;
            }
            else
            {
                cycle.Passed();
            }

            throw;
        }

        cycle.Passed();

        // What is out is followed to its end, whatever the gate says meanwhile: looking is harmless.
        for (var polls = 0; !await SettleAsync(cycle, sent, order) && polls < Polls; polls++)
        {
            await Task.Delay(s_poll, time, cancel);
            order = await broker.OrderAsync(order.Id, cancel);
        }
    }

    /// <summary>True when no order is out whose fate is unknown, and the account is known.</summary>
    private async Task<bool> SettledAsync(BotCycle cycle, CancellationToken cancel)
    {
        if (_sent is not { } sent) return await ReconciledAsync(cancel);
        if (await broker.FindAsync(sent.ClientId, cancel) is not { } order)
        {
            if (!await ledger.NeverArrivedAsync(sent.ClientId, time.GetElapsedTime(sent.SentAt)))
            {
                cycle.Fail(NoTradeCodes.Error, "order_unknown", "What became of an order is not known yet.");
                return false;
            }

            (_sent, _reconciled) = (null, false);
            return await ReconciledAsync(cancel);
        }

        if (await SettleAsync(cycle, sent, order)) return await ReconciledAsync(cancel);
        cycle.Fail(NoTradeCodes.Error, "order_open", "An order is still open.");
        if (time.GetElapsedTime(sent.SentAt) > s_cancelAfter && permit.MayCancel) await broker.CancelAsync(order.Id, cancel);
        return false;
    }

    private async Task<bool> ReconciledAsync(CancellationToken cancel)
    {
        if (!_reconciled) (_trade, _reconciled) = (await _account.RunAsync(cancel), true);
        return true;
    }

    /// <summary>Takes over what became of an order; false while it is open. The gateway has seen the same answer, so that nothing is to be reported.</summary>
    private async Task<bool> SettleAsync(BotCycle cycle, SentOrder sent, BrokerOrder order)
    {
        if (order.IsDead)
        {
            cycle.NoTrade(NoTradeCodes.Error, "order_status", sent.Plan.Quantity, order.Filled, order.Status);
            _sent = null;

            // A part was filled: what the account holds now is not what the trades say.
            if (order.Filled > 0) _reconciled = false;
            return true;
        }

        // A trade names the grant that it rests on.
        if (!order.IsFilled || await ledger.OrderIdAsync(sent.ClientId) is not { } orderId) return false;
        _sent = null;
        cycle.Filled();
        if (sent.Plan.Closes is { } closed) Close(cycle, closed, orderId, order.FillPrice!.Value);
        else Open(cycle, sent.Plan, orderId, order.FillPrice!.Value);
        return true;
    }

    private void Open(BotCycle cycle, PlannedOrder plan, string orderId, decimal price)
    {
        _trade = new OpenTrade(
            NewId(), plan.Side, plan.Quantity, price, plan.Opens!.Exit, time.GetUtcNow(), time.GetTimestamp(), plan.DecisionId, orderId);
        journal.Add(_trade.Told(profile.Symbol, null, null, cycle.TraceId));
    }

    /// <summary>The report of a closing names the order that closed it.</summary>
    private void Close(BotCycle cycle, OpenTrade trade, string orderId, decimal price)
    {
        journal.Add(trade.Told(profile.Symbol, Math.Round(trade.Profit(price), 4), time.GetUtcNow(), cycle.TraceId) with { CloseOrderId = orderId });
        (_trade, _coolSince) = (null, time.GetTimestamp());
    }
}
