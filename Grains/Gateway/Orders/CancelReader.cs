using System.Text.Json;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Gateway.Orders;

/// <summary>Which orders a cancel names.</summary>
internal static class CancelReader
{
    private const int MaxOrders = 100;

    /// <returns>Empty for a cancel of all.</returns>
    /// <exception cref="OrderFaultException">It can't be read.</exception>
    public static IReadOnlyList<NamedOrder> Read(CancelMapping mapping, RequestFields request, IReadOnlyDictionary<string, string> path)
    {
        if (mapping.All) return [];
        if (mapping.Items is not { } pointer)
        {
            var fields = new Dictionary<string, string>(request.Parameters, StringComparer.Ordinal);
            foreach (var (name, value) in request.Json is { } whole ? JsonFields.Flatten(whole) : [])
            {
                if (!fields.TryAdd(name, value)) throw new OrderFaultException(name, "is given twice.");
            }

            return [One(mapping, new(fields, path))];
        }

        if (request.Json is not { } body || JsonFields.At(body, pointer) is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() is 0 or > MaxOrders)
            throw new OrderFaultException(pointer, $"must be a list of 1 to {MaxOrders} orders.");
        return [.. list.EnumerateArray().Select(item => JsonFields.Text(item) is { } id ? new NamedOrder(id, null) : One(mapping, new(JsonFields.Flatten(item), path)))];
    }

    private static NamedOrder One(CancelMapping mapping, OrderFields fields) =>
        OrderReader.Reference(mapping.Order!, fields) ?? throw new OrderFaultException(null, "The order that is to be taken back is not named.");
}
