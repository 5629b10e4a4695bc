using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Answers;
using ControlPlane.Grains.Gateway.Calls;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Risk;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Gateway.Settlement;

/// <summary>What a look-up found.</summary>
/// <param name="Known">False when nobody could say: ask again.</param>
/// <param name="Order">The order as the provider has it; null with <paramref name="Known"/> when it has none.</param>
internal sealed record LookupResult(bool Known, SeenOrder? Order, ProviderReply? Reply)
{
    public static LookupResult Unknown { get; } = new(false, null, null);
    public static LookupResult None { get; } = new(true, null, null);
}

/// <summary>Looks orders up at their provider, by the client's id and the provider's.</summary>
internal sealed partial class OrderLookup(ProviderCatalogue catalogue, IProviderCalls calls, ILogger<OrderLookup> logger)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private readonly FillLookup _fills = new(catalogue, calls);

    public bool CanAsk(GrantedOrder order) => catalogue.Find(order.Passage!.Provider) is { Gateway.Orders: not null } provider && calls.Holds(provider);

    public async Task<LookupResult> FindAsync(GrantedOrder order, CancellationToken cancellationToken)
    {
        if (catalogue.Find(order.Passage!.Provider) is not { Gateway.Orders: { } desk } provider) return LookupResult.Unknown;
        var values = Values(order);
        var (missing, unsure) = (false, false);
        foreach (var lookup in desk.Lookups)
        {
            if (!Fits(lookup.Request, values, provider)) continue;
            var (result, reply) = await AskAsync(provider, lookup, order, values, cancellationToken);
            if (result is { } found) return new(true, await FillsAsync(found, order, cancellationToken), reply);
            if (reply is null) unsure = true;
            else if (lookup.Complete) missing = true;
        }

        return missing && !unsure ? LookupResult.None : LookupResult.Unknown;
    }

    /// <summary>Whether a sight lacks what the fills must be asked for.</summary>
    public bool NeedsFills(GrantedOrder order, OrderSight sight) => _fills.Needs(order, sight);

    /// <summary>What templates of look-ups and cancels are filled with.</summary>
    public static Dictionary<string, string> Values(GrantedOrder order)
    {
        var values = JsonSerializer.Deserialize<Dictionary<string, string>>(order.Passage!.Route) ?? [];
        values.TryAdd("symbol", order.Symbol);
        if (order.Passage.ProviderOrderId is { } id) values["order_id"] = id;
        if (order.ClientOrderId is { } client) values["client_order_id"] = client;
        return values;
    }

    /// <summary>False when a value of the order is missing.</summary>
    public static bool Fits(RequestDefinition request, IReadOnlyDictionary<string, string> values, ProviderDefinition provider) =>
        CallTemplates.Names(request).All(name => values.ContainsKey(name) || name == Template.Token || provider.Variables.Any(variable => variable.Name == name));

    /// <returns>The order if it was found; a reply without it when the provider said that it has none; neither when nobody knows.</returns>
    private async Task<(SeenOrder? Order, ProviderReply? Reply)> AskAsync(
        ProviderDefinition provider, LookupDefinition lookup, GrantedOrder order, IReadOnlyDictionary<string, string> values, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(s_limit);
            if (await calls.SendAsync(provider, lookup.Request, values, limit.Token) is not { } reply) return (null, null);
            if (AnswerReader.SaysNotFound(lookup, reply.Status, reply.Body)) return (null, reply);
            var answer = AnswerReader.Read(lookup.Answer, reply.Status, reply.Body);
            if (answer.Worth != AnswerWorth.Good) return (null, null);
            var single = lookup.Answer.Items is null && answer.Orders.Count == 1;
            return (answer.Orders.FirstOrDefault(seen => IsIt(seen, order, single)), reply);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotAsked(logger, provider.Id, e.GetType().Name);
            return (null, null);
        }
    }

    // That the order is there is known without them.
    private async Task<SeenOrder> FillsAsync(SeenOrder seen, GrantedOrder order, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(s_limit);
            return await _fills.WithFillsAsync(seen, order, limit.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotAsked(logger, order.Passage!.Provider, e.GetType().Name);
            return seen;
        }
    }

    private static bool IsIt(SeenOrder seen, GrantedOrder order, bool single)
    {
        if (seen.ClientOrderId is { } client && order.ClientOrderId is { } own) return client == own;
        return order.Passage!.ProviderOrderId is { } id && seen.OrderId is { } told ? id == told : single;
    }

    [LoggerMessage(EventIds.GatewayOrderNotLookedUp, LogLevel.Warning, "An order could not be looked up at {Provider}: {Fault}. It is tried again.")]
    private static partial void LogNotAsked(ILogger logger, string provider, string fault);
}
