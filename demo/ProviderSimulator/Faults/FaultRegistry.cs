using System.Collections.Concurrent;

namespace ControlPlane.ProviderSimulator.Faults;

/// <summary>The fault each provider has been told to play.</summary>
internal sealed class FaultRegistry
{
    private readonly ConcurrentDictionary<string, FaultOrder> _orders = new();

    public void Set(string provider, FaultOrder order) => _orders[provider] = order;

    public FaultOrder Current(string provider) => _orders.GetValueOrDefault(provider) ?? new FaultOrder();

    /// <summary>The fault for one request, which uses up one of those ordered.</summary>
    public FaultOrder Take(string provider)
    {
        while (true)
        {
            var order = Current(provider);
            if (order.Count is not { } left)
                return order;
            if (left <= 0)
                return new FaultOrder();
            if (_orders.TryUpdate(provider, order with { Count = left - 1 }, order))
                return order;
        }
    }
}
