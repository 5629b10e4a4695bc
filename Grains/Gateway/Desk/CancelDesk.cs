using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Ledger;

namespace ControlPlane.Grains.Gateway.Desk;

/// <summary>Whether orders may be taken back. What can't be read holds no cancel: an order that should go must not stay because the store is away.</summary>
internal sealed class CancelDesk(string botId, IGatewayOrderStore store, RiskOptions options, TimeProvider time)
{
    private const string Rule = "cancel";

    /// <param name="killed">A kill is engaged: no new stop could be placed.</param>
    /// <param name="position">Reads whether a working exit covers an open position; null when that is not known.</param>
    public async Task<OrderRefusal?> CheckAsync(GatewayCancel cancel, bool killed, Func<GrantedOrder, Task<bool?>> position)
    {
        try
        {
            var timeout = TimeSpan.FromSeconds(options.StoreSeconds);
            if (cancel.Orders.IsEmpty) return await CheckAllAsync(cancel, killed, position).WaitAsync(timeout, time);
            foreach (var order in cancel.Orders)
            {
                var found = await store.FindAtProviderAsync(cancel.Provider, order.ProviderOrderId, order.ClientOrderId, CancellationToken.None).WaitAsync(timeout, time);
                if (Find(found, order) is { } refused) return refused;
                if (killed && await ProtectsAsync(found, position)) return Protective();
            }

            return null;
        }
        catch (Exception)
        {
            return null;
        }
    }

    private async Task<OrderRefusal?> CheckAllAsync(GatewayCancel cancel, bool killed, Func<GrantedOrder, Task<bool?>> position)
    {
        var open = await store.OpenAtProviderAsync(cancel.Provider, CancellationToken.None);
        if (open.Any(o => o.BotId != botId))
            return new(Codes.OperationNotAllowed, Rule, null, null, "Other bots have open orders at this provider. Take your own back one by one.");
        return killed && await ProtectsAsync(open, position) ? Protective() : null;
    }

    /// <summary>Client ids are a bot's own: two bots may use the same one at two accounts, and the provider's id decides where it is told.</summary>
    private OrderRefusal? Find(ImmutableArray<BotOrder> found, CanceledOrder order)
    {
        var named = found.Where(f => order.ProviderOrderId is null || f.Order.Passage?.ProviderOrderId == order.ProviderOrderId).ToArray();
        return named.Length > 0 && named.All(f => f.BotId != botId) ? new(Codes.OperationNotAllowed, Rule, null, null, "The order is another bot's.") : null;
    }

    private async Task<bool> ProtectsAsync(ImmutableArray<BotOrder> orders, Func<GrantedOrder, Task<bool?>> position)
    {
        foreach (var own in orders.Where(o => o.BotId == botId && o.Order is { Intent: OrderIntent.Reduce, Status: OrderStatus.Open }))
        {
            if (await position(own.Order) is true) return true;
        }

        return false;
    }

    private static OrderRefusal Protective() =>
        new(Codes.ProtectiveOrder, Rule, null, null, "A kill switch is engaged, and this order covers an open position: no new one could be placed. An operator cancels it with \"all\".");
}
