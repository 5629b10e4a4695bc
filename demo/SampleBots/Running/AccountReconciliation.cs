using ControlPlane.Abstractions;
using ControlPlane.SampleBots.Providers;
using ControlPlane.SampleBots.Strategies;

namespace ControlPlane.SampleBots.Running;

/// <summary>After a start, and when an order was filled in part, the bot knows nothing. What it holds is what the broker says; what it has told before is
/// brought into line with that.</summary>
internal sealed class AccountReconciliation(BotProfile profile, IBotGrain bot, TraceJournal journal, OrderLedger ledger, BrokerClient broker, TimeProvider time)
{
    /// <summary>Get out at the next look: nobody knows any more what the position was for.</summary>
    private static readonly ExitRule s_atOnce = new(TimeSpan.Zero, 0, 0);

    /// <returns>The position that the bot is in; null without one.</returns>
    /// <exception cref="ProviderCallException">It is not known yet.</exception>
    public async Task<OpenTrade?> RunAsync(CancellationToken cancel)
    {
        await LookAfterOrdersAsync(cancel);
        var held = await broker.PositionAsync(profile.Symbol, cancel);
        var told = await bot.GetTrades(100, null);
        if (told.Code is not null) throw new ProviderCallException("control-plane", told.Code);

        OpenTrade? trade = null;
        foreach (var open in told.Items.Where(t => t.ClosedAt is null && t.Symbol == profile.Symbol))
        {
            var signed = open.Side == OrderSide.Buy ? open.Quantity : -open.Quantity;
            if (trade is null && held?.Quantity == signed)
                trade = new OpenTrade(open.TradeId, open.Side, open.Quantity, open.Price, s_atOnce, open.OpenedAt, time.GetTimestamp(), open.DecisionId, open.OrderId);
            else
                journal.Add(open with { ClosedAt = time.GetUtcNow() });
        }

        if (trade is null && held is not null)
        {
            var (side, id) = (held.Quantity > 0 ? OrderSide.Buy : OrderSide.Sell, Guid.CreateVersion7(time.GetUtcNow()));
            trade = new OpenTrade($"adopted-{id:N}", side, Math.Abs(held.Quantity), held.Entry, s_atOnce, time.GetUtcNow(), time.GetTimestamp(), null, null);
            journal.Add(trade.Told(profile.Symbol, null, null, null));
        }

        // In this order: told the other way round, the position would contradict the trades.
        await journal.FlushAsync();
        if (!journal.IsClear) throw new ProviderCallException("control-plane", "not_recorded");
        await bot.ReportPosition(profile.Symbol, held?.Quantity ?? 0);
        return trade;
    }

    /// <summary>Orders of an earlier start may still be out. Each is looked up at the broker, which also tells the gateway; while one may still
    /// be filled, what the account holds is not known.</summary>
    private async Task LookAfterOrdersAsync(CancellationToken cancel)
    {
        foreach (var open in await ledger.OpenAsync(profile.Symbol))
        {
            var found = await broker.FindAsync(open.ClientOrderId!, cancel);
            var isOver = found is null ? await ledger.NeverArrivedAsync(open.ClientOrderId!, time.GetUtcNow() - open.GrantedAt) : found.IsFilled || found.IsDead;
            if (!isOver) throw new ProviderCallException(BrokerClient.Provider, "order_open");
        }
    }
}
