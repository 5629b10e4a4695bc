using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Answers;
using ControlPlane.Grains.Gateway.Calls;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Gateway.Settlement;

/// <summary>Asks for an order's fills, where what the provider says of the order itself lacks their price or fees.</summary>
internal sealed class FillLookup(ProviderCatalogue catalogue, IProviderCalls calls)
{
    /// <summary>Whether the fills must be asked for before it is known what they realise.</summary>
    public bool Needs(GrantedOrder order, OrderSight sight) =>
        !sight.FillsRead && Of(order) is { } fills && (sight.AveragePrice is null || (fills.FeesApart && sight.Fee is null));

    /// <returns>The order with its fills; as it is when they are not known.</returns>
    public async Task<SeenOrder> WithFillsAsync(SeenOrder seen, GrantedOrder order, CancellationToken cancellationToken)
    {
        if (Of(order) is not { } fills || seen.OrderId is not { } id) return seen;
        var provider = catalogue.Find(order.Passage!.Provider)!;
        var whole = seen.State == OrderStatus.Filled ? order.Quantity : (decimal?)null;

        // Nothing is filled, or nothing that is not reckoned yet.
        if ((seen.Filled ?? whole) is { } told && (told == 0 || told == order.Passage.Booked)) return seen with { FillsRead = true };
        var values = OrderLookup.Values(order);
        foreach (var (name, value) in seen.Taken) values[name] = value;
        values["order_id"] = id;
        if (!OrderLookup.Fits(fills.Request, values, provider) || await calls.SendAsync(provider, fills.Request, values, cancellationToken) is not { } reply) return seen;
        if (FillReader.Read(fills, id, reply.Status, reply.Body) is not { } read) return seen;

        // A list may lag behind the order. The one fill of an order is what was filled of it.
        if (seen.Filled is { } filled ? read.Units != filled : whole is { } quantity && fills.Items is not null && read.Units != quantity) return seen;
        return seen with { Filled = read.Units, AveragePrice = read.AveragePrice, Fee = read.Fee, FeeCurrency = read.FeeCurrency, FillsRead = true };
    }

    private FillsDefinition? Of(GrantedOrder order)
    {
        if (order.Passage is not { } passage || catalogue.Find(passage.Provider)?.Gateway?.Orders?.Fills is not { Count: > 0 } all) return null;
        var values = OrderLookup.Values(order);
        return all.FirstOrDefault(fills => fills.Where.All(where => values.GetValueOrDefault(where.Key) is { } value && where.Value.Contains(value, StringComparer.OrdinalIgnoreCase)));
    }
}
