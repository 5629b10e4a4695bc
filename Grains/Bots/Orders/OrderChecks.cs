using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Leases;
using ControlPlane.Grains.Gateway.Desk;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Desk;
using ControlPlane.Grains.Risk.Marks;

namespace ControlPlane.Grains.Bots.Orders;

/// <summary>The risk engine in front of the bot's orders: first the gate, the lease, the kill and LIVE, then the limits, then the gate again.</summary>
internal sealed class OrderChecks(BotContext bot, BotDesks desks, OrderRefusals refusals, BotStatus standing, RunnerLease lease)
{
    public async Task<OrderAnswer> CheckAsync(OrderCheck order)
    {
        if (bot.State.Spec is not { } spec) return new OrderAnswer { Code = Codes.UnknownBot };
        var barred = OrderGatePolicy.Check(order, standing.OrderGate());
        if (!barred.IsEmpty) return await refusals.RefuseAsync(order, barred);
        if (GatewayGatePolicy.Check(order, lease.Mode == TradingMode.Live) is { } onPaper) return await refusals.RefuseAsync(order, [onPaper]);
        if (order.Intent == OrderIntent.Cancel) return new OrderAnswer { Allowed = true, TradingState = standing.OrderGate().State, Gate = bot.Gate().Position };

        var account = Account(spec);
        if (await MarksAsync(order) is not { } marks) return await refusals.RefuseAsync(order, [new(Codes.DataUnavailable, IndependentMarkPolicy.Rule, null, null, "What other bots traded at could not be read in time.")]);
        var collar = account.Limits.GetValueOrDefault(RiskLimitNames.PriceCollarPercent);
        if (IndependentMarkPolicy.Check(order, marks, collar, account.Live) is { } far) return await refusals.RefuseAsync(order, [far]);
        var desk = desks.Orders;
        var (orderId, broken, fresh) = await desks.AllBots.CheckAsync(order, () => desk.CheckAsync(order, account), desk.RevokeAsync);
        if (orderId is null) return await refusals.RefuseAsync(order, broken);

        // A kill, a fence or a change of limits that came while the grant was being written wins.
        barred = OrderGatePolicy.Check(order, standing.OrderGate());
        if (barred.IsEmpty && !ReferenceEquals(spec, bot.State.Spec)) barred = [OrderGatePolicy.Changed()];
        if (!barred.IsEmpty)
        {
            if (fresh) await desk.RevokeAsync(orderId);
            return await refusals.RefuseAsync(order, barred);
        }

        return new OrderAnswer
        {
            Allowed = true,
            OrderId = orderId,
            TradingState = standing.OrderGate().State,
            Gate = bot.Gate().Position,
            IndependentMark = order.Intent == OrderIntent.Open ? !marks.IsEmpty : null,
        };
    }

    private OrderDesk.Account Account(BotSpec spec) => new(
        bot.Limits.Risk.For(spec.RiskLimits), spec.AllowedSymbols, lease.Mode == TradingMode.Live, bot.State.LeaseEpoch, bot.Names, bot.Instruments.Multiplier, spec.Terms?.Currency);

    /// <summary>None for an exit, which no mark holds; null when they could not be read.</summary>
    private async Task<ImmutableArray<decimal>?> MarksAsync(OrderCheck order)
    {
        if (order.Intent != OrderIntent.Open) return [];
        try
        {
            // What passed through the gateway comes from the provider, not from the bot.
            var since = bot.Time.GetUtcNow().AddSeconds(-bot.Limits.Risk.MarkSeconds);
            var others = await bot.Services.Stores.Risk.OtherMarksAsync(bot.Id, bot.Names.Keys(order.Symbol), since, CancellationToken.None).WaitAsync(bot.Limits.RiskRead, bot.Time);
            return order.Gateway?.Mark is { } seen ? others.Add(seen) : others;
        }
        catch (Exception e)
        {
            BotLog.LogMarksUnread(bot.Logger, bot.Id, e);
            return null;
        }
    }
}
