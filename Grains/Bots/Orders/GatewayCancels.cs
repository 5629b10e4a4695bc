using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Desk;
using ControlPlane.Grains.Gateway.Settlement;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Ledger;

namespace ControlPlane.Grains.Bots.Orders;

/// <summary>Cancels on their way through the gateway, and its refusals of calls that could not be read as orders.</summary>
internal sealed class GatewayCancels(BotContext bot, BotDesks desks, OrderRefusals refusals, BotStatus standing)
{
    public async Task<GatewayVerdict> CheckAsync(GatewayCancel cancel)
    {
        if (bot.State.Spec is null) return new() { Code = Codes.UnknownBot };
        var gate = standing.OrderGate();
        var check = new OrderCheck("", OrderSide.Buy, 0, null, OrderIntent.Cancel, cancel.Epoch, cancel.TraceId)
        {
            Gateway = new(cancel.Provider, null, cancel.Operation, "", "", null),
        };
        var barred = OrderGatePolicy.Check(check, gate);
        var desk = new CancelDesk(bot.Id, bot.Services.Stores.GatewayOrders, bot.Limits.Risk, bot.Time);
        if (barred.IsEmpty && await desk.CheckAsync(cancel, gate.Killed, CoversAsync) is { } refusal) barred = [refusal];
        if (barred.IsEmpty) return new() { Allowed = true, OrderIds = await desks.Gateway.NamedAsync(cancel) };
        return new() { Refusals = (await refusals.RefuseAsync(check, barred)).Refusals };
    }

    public async Task<string?> RecordRefusalAsync(string provider, string operation, string? symbol, OrderRefusal refusal, string traceId)
    {
        if (bot.State.Spec is null) return null;
        var check = new OrderCheck(symbol ?? "", OrderSide.Buy, 0, null, OrderIntent.Open, null, traceId) { Gateway = new(provider, null, operation, "", "", null) };
        return (await refusals.RefuseAsync(check, [refusal])).NoTradeId;
    }

    /// <summary>Whether an exit covers a position that is open.</summary>
    private async Task<bool?> CoversAsync(GrantedOrder exit)
    {
        try
        {
            return await desks.Orders.HoldsAsync(exit.Symbol, exit.Side, bot.Names);
        }
        catch (Exception)
        {
            return null;
        }
    }
}
