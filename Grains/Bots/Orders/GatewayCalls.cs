using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Kills;
using ControlPlane.Grains.Bots.Leases;
using ControlPlane.Grains.Gateway.Desk;
using ControlPlane.Grains.Gateway.Settlement;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Bots.Orders;

/// <summary>The bot's orders through the gateway, and the provider's answers about them.</summary>
internal sealed class GatewayCalls(BotContext bot, BotDesks desks, OrderChecks checks, OrderRefusals refusals, RunnerLease lease, BotKillSwitch kill)
{
    private IGatewayOrderStore Store => bot.Services.Stores.GatewayOrders;

    public async Task<GatewayVerdict> GrantAsync(GatewayOrders orders)
    {
        if (bot.State.Spec is not { } spec) return new() { Code = Codes.UnknownBot };
        var collar = bot.Limits.Risk.For(spec.RiskLimits).GetValueOrDefault(RiskLimitNames.PriceCollarPercent);
        return await desks.Gateway.GrantAsync(orders, new(checks.CheckAsync, (order, refusal) => refusals.RefuseAsync(order, [refusal]), bot.Instruments, collar));
    }

    public async Task<bool> SendingAsync(ImmutableArray<string> orderIds, long epoch)
    {
        if (!await desks.Gateway.SendingAsync(orderIds)) return false;

        // A kill or a fence that came while that was written wins.
        if (lease.IsLive && epoch == bot.State.LeaseEpoch && !kill.Engaged && bot.Gate() is { IsLive: true, Snapshot.Kill.Engaged: false }) return true;
        await desks.Gateway.NotSentAsync(orderIds);
        return false;
    }

    public Task NotSentAsync(ImmutableArray<string> orderIds) => desks.Gateway.NotSentAsync(orderIds);

    public async Task SeenAsync(ImmutableArray<OrderSight> sights)
    {
        if (await desks.Gateway.SeenAsync(sights, bot.Instruments)) await desks.AllBots.PublishAsync(realised: true);
    }

    public async Task ProviderSeenAsync(string provider, ImmutableArray<OrderSight> sights, ImmutableArray<string> clientOrderIds) =>
        await SeenAsync(await desks.Gateway.OwnAsync(provider, sights, clientOrderIds));

    public Task LookUpSoonAsync(ImmutableArray<string> orderIds) => desks.Gateway.LookUpSoonAsync(orderIds);

    public async Task<LookedUpAnswer?> LookUpAsync(string orderId)
    {
        if (await Store.FindAsync(bot.Id, orderId, CancellationToken.None) is not { Passage: not null } order) return null;
        var found = await Task.Run(() => bot.Services.Evidence.Lookup.FindAsync(order, CancellationToken.None));
        if (found is not { Order: { } seen, Reply: { } reply }) return null;
        await SeenAsync([GatewaySettlement.Sight(orderId, seen)]);
        return new(reply.Status, reply.ContentType ?? "application/json", reply.Body);
    }
}
