using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Settlement;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Desk;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Grains.Risk.Seen;
using ControlPlane.Grains.Risk.Symbols;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Gateway.Desk;

/// <summary>Grants a bot's orders of the gateway, all of a call or none, and takes what the provider tells of them.</summary>
internal sealed partial class GatewayDesk(string botId, IRiskStore risk, IGatewayOrderStore store, OrderDesk desk, OrderLookup lookup, RiskOptions options, ILogger logger)
{
    private const string IdRule = "client_order_id";
    private readonly Currencies _currencies = new(options);
    private readonly TimeSpan _openFor = TimeSpan.FromSeconds(options.OpenOrderSeconds);

    /// <summary>What orders are evaluated with.</summary>
    /// <param name="Check">Evaluates one order and grants it.</param>
    internal sealed record OrderEvaluator(Func<OrderCheck, Task<OrderAnswer>> Check, Func<OrderCheck, OrderRefusal, Task<OrderAnswer>> Refuse, InstrumentBook Instruments, decimal CollarPercent);

    public async Task<GatewayVerdict> GrantAsync(GatewayOrders orders, OrderEvaluator evaluator)
    {
        var granted = new List<string>();
        var fresh = new List<string>();
        var opens = false;
        foreach (var order in orders.Orders)
        {
            var known = await KnownAsync(order.ClientOrderId);
            if (known is { Found: { Passage: { } passage } found } && passage.State != PassageState.Granted)
            {
                await RevokeAsync(fresh);
                if (orders.Orders.Length == 1 && passage.RequestHash == order.RequestHash) return new() { SentBefore = found.OrderId, OrderIds = [found.OrderId] };
                return Verdict(await evaluator.Refuse(Plain(orders, order), new(Codes.IdReused, IdRule, null, null, "This client order id was sent before. Use a new one.") { OrderIds = [found.OrderId] }));
            }

            if (order.IdAdded && await SentAlikeAsync(order, evaluator.Instruments.Names) is { } alike)
            {
                await RevokeAsync(fresh);
                return Verdict(await evaluator.Refuse(Plain(orders, order), new(Codes.IdReused, IdRule, null, null, "The same order was sent, and what became of it is not known yet. Send orders with a client order id.") { OrderIds = [alike] }));
            }

            var answer = known.Read ? await OneAsync(orders, order, known.Found, evaluator) : await evaluator.Refuse(Plain(orders, order), Unreadable());
            if (!answer.Allowed)
            {
                await RevokeAsync(fresh);
                return Verdict(answer);
            }

            granted.Add(answer.OrderId!);
            opens |= answer.IndependentMark is not null;
            if (known.Found is null) fresh.Add(answer.OrderId!);
        }

        return new() { Allowed = true, OrderIds = [.. granted], Opens = opens };
    }

    public async Task<bool> SendingAsync(ImmutableArray<string> orderIds)
    {
        var sent = new List<string>();
        try
        {
            foreach (var id in orderIds)
            {
                if (await store.ChangeAsync(botId, id, order => PassagePolicy.Sending(order, desk.Now()), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(options.StoreSeconds)) is null) break;
                sent.Add(id);
            }
        }
        catch (Exception e)
        {
            // What may be on disk as sent is looked up, as the provider alone knows.
            LogUnwritten(logger, botId, e);
        }

        if (sent.Count == orderIds.Length) return true;
        await NotSentAsync([.. sent]);
        return false;
    }

    public async Task NotSentAsync(ImmutableArray<string> orderIds)
    {
        foreach (var id in orderIds)
        {
            try
            {
                await store.ChangeAsync(botId, id, order => PassagePolicy.NotSent(order, desk.Now()), CancellationToken.None);
            }
            catch (Exception e)
            {
                LogUnwritten(logger, botId, e);
            }
        }
    }

    public async Task LookUpSoonAsync(ImmutableArray<string> orderIds)
    {
        foreach (var id in orderIds) await store.ChangeAsync(botId, id, order => PassagePolicy.DueNow(order, desk.Now()), CancellationToken.None);
    }

    /// <summary>The bot's own working orders among those that a provider tells of.</summary>
    public async Task<ImmutableArray<OrderSight>> OwnAsync(string provider, ImmutableArray<OrderSight> sights, ImmutableArray<string> clientOrderIds)
    {
        var own = (await store.OpenAtProviderAsync(provider, CancellationToken.None)).Where(open => open.BotId == botId).Select(open => open.Order).ToArray();
        var found = ImmutableArray.CreateBuilder<OrderSight>();
        for (var i = 0; i < sights.Length; i++)
        {
            var (sight, client) = (sights[i], clientOrderIds[i]);
            var order = own.FirstOrDefault(o => client.Length > 0 ? o.ClientOrderId == client : sight.ProviderOrderId is { } id && o.Passage!.ProviderOrderId == id);
            if (order is not null) found.Add(sight with { OrderId = order.OrderId });
        }

        return found.ToImmutable();
    }

    /// <summary>Own working orders that a cancel names. What can't be read is none: the cancel does not wait for it.</summary>
    public async Task<ImmutableArray<string>> NamedAsync(GatewayCancel cancel)
    {
        try
        {
            var own = (await store.OpenAtProviderAsync(cancel.Provider, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(options.StoreSeconds))).Where(open => open.BotId == botId).Select(open => open.Order);
            return
            [
                .. own.Where(o => cancel.Orders.IsEmpty || cancel.Orders.Any(c => (c.ProviderOrderId is { } id && o.Passage!.ProviderOrderId == id) || (c.ClientOrderId is { } client && o.ClientOrderId == client)))
                    .Select(o => o.OrderId),
            ];
        }
        catch (Exception e)
        {
            LogUnreadable(logger, botId, e);
            return [];
        }
    }

    /// <returns>True when something was filled.</returns>
    public async Task<bool> SeenAsync(ImmutableArray<OrderSight> sights, InstrumentBook instruments)
    {
        var terms = new SeenTerms(instruments.Names.Same, instruments.Multiplier, instruments.Terms?.Currency ?? _currencies.Default);
        var filled = new HashSet<string>(StringComparer.Ordinal);
        foreach (var sight in sights)
        {
            decimal? before = null;
            var after = await store.SeeAsync(
                botId,
                sight.OrderId,
                order =>
                {
                    before = order.Passage?.Seen;
                    var own = SeenFees.InOwn(sight, order.Symbol, terms.Currency, _currencies);
                    return PassagePolicy.Seen(order, own, desk.Now(), _openFor, fillsApart: lookup.NeedsFills(order, sight));
                },
                terms,
                desk.Now(),
                CancellationToken.None);
            if (after?.Passage?.Seen > before) filled.Add(after.Symbol);
        }

        foreach (var symbol in filled.DistinctBy(instruments.Names.Canonical)) await MatchAsync(symbol, instruments);
        return filled.Count > 0;
    }

    private Task<bool> MatchAsync(string symbol, InstrumentBook instruments) => desk.InTurn(async () =>
    {
        foreach (var matched in SeenMatching.Match(await desk.UnsettledAsync(symbol, instruments.Names)))
        {
            await store.ChangeAsync(
                botId,
                matched.OrderId,
                order => order.Passage is { } passage ? order with { Passage = passage with { Matched = matched.Passage!.Matched } } : null,
                CancellationToken.None);
        }

        return true;
    });

    private async Task<OrderAnswer> OneAsync(GatewayOrders orders, GatewayOrder order, GrantedOrder? known, OrderEvaluator evaluator)
    {
        var plain = Plain(orders, order);
        if (order.Lots && !evaluator.Instruments.Knows(order.Symbol))
            return await evaluator.Refuse(plain, new(NoTradeCodes.DataMissing, "multiplier", null, null, "The order counts contracts, and nobody has told their multiplier: an operator registers it under 'instruments'."));
        try
        {
            var mark = order.Mark ?? await desk.MarkAsync(order.Symbol, evaluator.Instruments.Names);
            if (GatewaySizing.Of(order, mark, evaluator.CollarPercent, out var missing) is not { } size) return await evaluator.Refuse(plain, missing!);
            var check = plain with { Quantity = size.Units, Price = size.Price, Gateway = plain.Gateway! with { Mark = order.Mark } };
            var reduces = order.Intent switch
            {
                GatewayIntent.Open => false,
                GatewayIntent.Reduce => true,
                _ => known is not null ? known.Intent == OrderIntent.Reduce : await desk.ReducesAsync(check.Symbol, check.Side, check.Quantity, evaluator.Instruments.Names),
            };
            var answer = await evaluator.Check(check with { Intent = reduces ? OrderIntent.Reduce : OrderIntent.Open });
            return answer.Allowed && known is { Passage: null } && !await AttachAsync(answer.OrderId!, check.Gateway) ? await evaluator.Refuse(plain, Unreadable()) : answer;
        }
        catch (Exception e)
        {
            LogUnreadable(logger, botId, e);
            return await evaluator.Refuse(plain, Unreadable());
        }
    }

    /// <summary>The order was checked before by itself; now it goes through the gateway.</summary>
    private async Task<bool> AttachAsync(string orderId, GatewayGrant grant) => await store.ChangeAsync(
        botId,
        orderId,
        order => order is { Status: OrderStatus.Open, Passage: null } ? order with { Passage = PassagePolicy.Grant(grant, desk.Now(), _openFor) } : null,
        CancellationToken.None) is not null;

    private async Task<(bool Read, GrantedOrder? Found)> KnownAsync(string clientOrderId)
    {
        try
        {
            return (true, await risk.FindClientOrderAsync(botId, clientOrderId, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(options.StoreSeconds)));
        }
        catch (Exception e)
        {
            LogUnreadable(logger, botId, e);
            return (false, null);
        }
    }

    /// <summary>An order of the same content whose answer is not known: an SDK that gives no id sends it again after a time-out.</summary>
    private async Task<string?> SentAlikeAsync(GatewayOrder order, SymbolNames names)
    {
        try
        {
            return (await desk.UnsettledAsync(order.Symbol, names)).FirstOrDefault(o => o.Passage is { State: PassageState.Sent } passage && passage.RequestHash == order.RequestHash)?.OrderId;
        }
        catch (Exception e)
        {
            LogUnreadable(logger, botId, e);
            return "";
        }
    }

    private async Task RevokeAsync(List<string> orderIds)
    {
        foreach (var id in orderIds) await desk.RevokeAsync(id);
    }

    private static OrderCheck Plain(GatewayOrders orders, GatewayOrder order) =>
        new(order.Symbol, order.Side, order.Quantity ?? 0, order.Price, order.Intent == GatewayIntent.Reduce ? OrderIntent.Reduce : OrderIntent.Open, orders.Epoch, orders.TraceId, order.ClientOrderId)
        {
            Gateway = new(orders.Provider, orders.Environment, orders.Operation, order.RequestHash, order.Route, order.Mark),
        };

    private static GatewayVerdict Verdict(OrderAnswer answer) => new() { Refusals = answer.Refusals, Code = answer.Code };

    private static OrderRefusal Unreadable() => new(Codes.DataUnavailable, "risk_data", null, null, "What this order is evaluated by could not be read or written in time.");

    [LoggerMessage(EventIds.GatewayDeskUnreadable, LogLevel.Error, "Bot {BotId}: an order of the gateway could not be evaluated and was refused.")]
    private static partial void LogUnreadable(ILogger logger, string botId, Exception exception);

    [LoggerMessage(EventIds.GatewayDeskUnwritten, LogLevel.Error, "Bot {BotId}: the way of an order through the gateway could not be written.")]
    private static partial void LogUnwritten(ILogger logger, string botId, Exception exception);
}
