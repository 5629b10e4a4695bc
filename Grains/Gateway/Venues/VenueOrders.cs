using ControlPlane.Grains.Gateway.Answers;
using ControlPlane.Grains.Gateway.Calls;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Gateway.Venues;

/// <summary>Asks a broker for its working orders, and takes them back.</summary>
internal sealed class VenueOrders(IProviderCalls calls, IGatewayOrderStore store)
{
    private static readonly Dictionary<string, string> s_none = [];

    /// <returns>Null when the broker did not tell all of them.</returns>
    public async Task<IReadOnlyList<VenueOrder>?> ListAsync(ProviderDefinition provider, CancellationToken cancellationToken)
    {
        var granted = await GrantedAsync(provider.Id, cancellationToken);
        var orders = new List<VenueOrder>();
        foreach (var question in provider.Gateway!.Orders!.Working)
        {
            if (await calls.SendAsync(provider, question.Request, s_none, cancellationToken) is not { } reply) return null;
            if (AnswerReader.Read(question.Answer, reply.Status, reply.Body) is not { Worth: AnswerWorth.Good } answer) return null;
            var asked = Parameters(question.Request.Path);
            orders.AddRange(answer.Orders.Where(seen => seen.State is null or OrderStatus.Open).Select(seen => new VenueOrder(seen, Grant(granted, seen), asked)));
        }

        return [.. orders.DistinctBy(order => order.Seen.OrderId ?? order.Seen.ClientOrderId)];
    }

    /// <summary>True when the broker took the request; what came of it its list tells.</summary>
    public async Task<bool> CancelAsync(ProviderDefinition provider, VenueOrder order, CancellationToken cancellationToken) =>
        provider.Gateway!.Orders!.CancelOne is { } request && await calls.SendAsync(provider, request, order.Values(), cancellationToken) is { Status: >= 200 and < 300 };

    public async Task<bool> CancelAllAsync(ProviderDefinition provider, CancellationToken cancellationToken) =>
        provider.Gateway!.Orders!.CancelAll is { } request && await calls.SendAsync(provider, request, s_none, cancellationToken) is { Status: >= 200 and < 300 };

    // With the store away every order is taken for what the broker says of it.
    private async Task<IReadOnlyList<BotOrder>> GrantedAsync(string provider, CancellationToken cancellationToken)
    {
        try
        {
            return await store.OpenAtProviderAsync(provider, cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return [];
        }
    }

    private static BotOrder? Grant(IReadOnlyList<BotOrder> granted, SeenOrder seen) => granted.FirstOrDefault(open =>
        (seen.OrderId is { } id && open.Order.Passage!.ProviderOrderId == id) || (seen.ClientOrderId is { Length: > 0 } client && open.Order.ClientOrderId == client));

    private static Dictionary<string, string> Parameters(string path)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in path.Split('?', 2).ElementAtOrDefault(1)?.Split('&') ?? [])
        {
            var parts = pair.Split('=', 2);
            if (parts.Length == 2 && !parts[1].Contains('{', StringComparison.Ordinal)) values.TryAdd(parts[0], parts[1]);
        }

        return values;
    }
}
