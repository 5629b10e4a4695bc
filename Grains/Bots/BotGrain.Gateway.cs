using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Traces.Policy;
using ControlPlane.Grains.Gateway.Desk;
using ControlPlane.Grains.Gateway.Settlement;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Ledger;

namespace ControlPlane.Grains.Bots;

/// <summary>The bot's orders on their way through the gateway.</summary>
internal sealed partial class BotGrain
{
    private GatewayDesk? _gatewayDesk;

    private GatewayDesk GatewayDesk => _gatewayDesk ??= new(Id, _riskStore, _gatewayOrders, Desk, _risk, _logger);

    public async Task<GatewayVerdict> GrantOrders(GatewayOrders orders)
    {
        if (State.Spec is not { } spec) return new() { Code = Codes.UnknownBot };
        var collar = _risk.For(spec.RiskLimits).GetValueOrDefault(RiskLimitNames.PriceCollarPercent);
        return await GatewayDesk.GrantAsync(orders, new(CheckOrder, (order, refusal) => RefuseAsync(order, [refusal]), Instruments, collar));
    }

    public async Task<bool> OrdersSending(ImmutableArray<string> orderIds, long epoch)
    {
        if (!await GatewayDesk.SendingAsync(orderIds)) return false;

        // A kill or a fence that came while that was written wins.
        if (LeaseLive && epoch == State.LeaseEpoch && !_kill.Engaged && _gate.Read() is { IsLive: true, Snapshot.Kill.Engaged: false }) return true;
        await GatewayDesk.NotSentAsync(orderIds);
        return false;
    }

    public Task OrdersNotSent(ImmutableArray<string> orderIds) => GatewayDesk.NotSentAsync(orderIds);

    public async Task OrdersSeen(ImmutableArray<OrderSight> sights)
    {
        if (await GatewayDesk.SeenAsync(sights, Instruments)) await AllBots.TellAsync(realised: true);
    }

    public async Task ProviderOrdersSeen(string provider, ImmutableArray<OrderSight> sights, ImmutableArray<string> clientOrderIds) =>
        await OrdersSeen(await GatewayDesk.OwnAsync(provider, sights, clientOrderIds));

    public Task LookUpSoon(ImmutableArray<string> orderIds) => GatewayDesk.LookUpSoonAsync(orderIds);

    public async Task<LookedUpAnswer?> LookUp(string orderId)
    {
        if (await _gatewayOrders.FindAsync(Id, orderId, CancellationToken.None) is not { Passage: not null } order) return null;
        var found = await Task.Run(() => _lookup.FindAsync(order, CancellationToken.None));
        if (found is not { Order: { } seen, Reply: { } reply }) return null;
        await OrdersSeen([GatewaySettlement.Sight(orderId, seen)]);
        return new(reply.Status, reply.ContentType ?? "application/json", reply.Body);
    }

    public async Task<GatewayVerdict> CheckCancel(GatewayCancel cancel)
    {
        if (State.Spec is null) return new() { Code = Codes.UnknownBot };
        var gate = OrderGate();
        var check = new OrderCheck("", OrderSide.Buy, 0, null, OrderIntent.Cancel, cancel.Epoch, cancel.TraceId)
        {
            Gateway = new(cancel.Provider, null, cancel.Operation, "", "", null),
        };
        var barred = OrderGatePolicy.Check(check, gate);
        if (barred.IsEmpty && await new CancelDesk(Id, _gatewayOrders, _risk, _time).CheckAsync(cancel, gate.Killed, CoversAsync) is { } refusal) barred = [refusal];
        if (barred.IsEmpty) return new() { Allowed = true, OrderIds = await GatewayDesk.NamedAsync(cancel) };
        return new() { Refusals = (await RefuseAsync(check, barred)).Refusals };
    }

    public Task<ImmutableArray<OpenPosition>> OpenPositions() => Desk.OpenPositionsAsync(Names);

    public async Task<string?> RecordRefusal(string provider, string operation, string? symbol, OrderRefusal refusal, string traceId)
    {
        if (State.Spec is null) return null;
        var check = new OrderCheck(symbol ?? "", OrderSide.Buy, 0, null, OrderIntent.Open, null, traceId) { Gateway = new(provider, null, operation, "", "", null) };
        return (await RefuseAsync(check, [refusal])).NoTradeId;
    }

    /// <summary>Whether an exit covers a position that is open.</summary>
    private async Task<bool?> CoversAsync(GrantedOrder exit)
    {
        try
        {
            return await Desk.HoldsAsync(exit.Symbol, exit.Side, Names);
        }
        catch (Exception)
        {
            return null;
        }
    }
}
