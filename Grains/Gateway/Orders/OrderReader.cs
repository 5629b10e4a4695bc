using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Gateway.Orders;

/// <summary>Reads the orders of a request by its operation's mapping. What can't be read, and a field that the mapping does not know, refuses.</summary>
internal static class OrderReader
{
    private const int MaxBatch = 50;

    /// <returns>Empty for a request that places nothing.</returns>
    /// <exception cref="OrderFaultException">It can't be read.</exception>
    public static IReadOnlyList<ReadOrder> Read(OrderMapping mapping, OperationEffect effect, RequestFields request, IReadOnlyDictionary<string, string> path)
    {
        var orders = new List<ReadOrder>();
        foreach (var fields in Each(mapping, request, path))
        {
            if (fields.First(mapping.Dry) is null) orders.Add(One(mapping, effect, fields));
            else if (mapping.Items is not null) throw new OrderFaultException(mapping.Items, "holds an order that is only checked. Send those alone.");
        }

        return orders;
    }

    public static NamedOrder? Reference(OrderReference reference, OrderFields fields)
    {
        var orderId = fields.Find(reference.OrderId);
        var clientId = fields.Find(reference.ClientOrderId);
        if (reference.ClientPrefix is { } prefix && orderId is { } named && named.StartsWith(prefix, StringComparison.Ordinal)) (orderId, clientId) = (null, named[prefix.Length..]);
        return orderId is null && clientId is null ? null : new(orderId, clientId);
    }

    private static IEnumerable<OrderFields> Each(OrderMapping mapping, RequestFields request, IReadOnlyDictionary<string, string> path)
    {
        if (mapping.Items is not { } pointer)
        {
            yield return new(Merge(request.Parameters, request.Json is { } whole ? JsonFields.Flatten(whole) : []), path);
            yield break;
        }

        if (request.Json is not { } body || JsonFields.At(body, pointer) is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() is 0 or > MaxBatch)
            throw new OrderFaultException(pointer, $"must be a list of 1 to {MaxBatch} orders.");
        var beside = Merge(request.Parameters, pointer.Length == 0 ? [] : JsonFields.Flatten(body, except: pointer));
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object) throw new OrderFaultException(pointer, "must hold objects.");
            yield return new(Merge(beside, JsonFields.Flatten(item)), path);
        }
    }

    private static Dictionary<string, string> Merge(Dictionary<string, string> one, Dictionary<string, string> other)
    {
        var all = new Dictionary<string, string>(one, StringComparer.Ordinal);
        foreach (var (name, value) in other)
        {
            if (!all.TryAdd(name, value)) throw new OrderFaultException(name, "is given twice.");
        }

        return all;
    }

    private static ReadOrder One(OrderMapping mapping, OperationEffect effect, OrderFields fields)
    {
        var amends = mapping.Amends is { } reference ? Reference(reference, fields) ?? throw new OrderFaultException(null, "The order that is to be changed is not named.") : null;
        var symbol = fields.Find(mapping.Symbol);
        if (symbol is null && amends is null) throw Missing(mapping.Symbol);
        if (symbol is { Length: > 64 } || symbol?.Any(char.IsControl) == true) throw new OrderFaultException(mapping.Symbol[0], "is no symbol.");
        var kind = fields.First(mapping.Types)?.Is;
        if (kind is null && amends is null) throw new OrderFaultException(mapping.Types[0].Field, "is no kind of order that the catalogue knows.");
        var (quantity, notional, lots, sign) = Quantity(mapping, fields, symbol, optional: amends is not null);
        var side = Side(mapping.Side, fields) ?? sign;
        if (side is null && amends is null) throw new OrderFaultException(mapping.Side?.Field, "is no side that the catalogue knows.");
        var intent = Intent(mapping, effect, fields);
        var clientId = ClientOrderId(mapping.ClientOrderId, fields);
        var price = fields.Number(kind == "stop_limit" && mapping.StopLimitPrice.Count > 0 ? mapping.StopLimitPrice : mapping.Price);
        var stop = fields.Number(mapping.StopPrice);
        if (kind is "limit" or "stop_limit" && price is null) throw Missing(mapping.Price);
        if (kind is "stop" or "stop_limit" && stop is null) throw Missing(mapping.StopPrice);
        var keep = mapping.Keep.Select(pair => (pair.Key, Value: fields.Find(pair.Value))).Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!, StringComparer.Ordinal);
        CheckOthers(mapping, fields);
        return new(symbol, side, quantity, notional, lots, kind, kind == "market" ? null : price, kind is "market" or "limit" ? null : stop, intent, clientId, Hash(mapping, fields)) { Keep = keep, Amends = amends };
    }

    private static (decimal? Units, decimal? Notional, bool Lots, OrderSide? Side) Quantity(OrderMapping mapping, OrderFields fields, string? symbol, bool optional)
    {
        (QuantityMapping Mapping, decimal Value)? found = null;
        foreach (var quantity in mapping.Quantity)
        {
            if (!quantity.When.All(fields.Holds) || fields.Number([quantity.Field]) is not { } value) continue;
            if (found is { } other && other.Mapping.Field != quantity.Field) throw new OrderFaultException(quantity.Field, $"can't stand beside {other.Mapping.Field}.");
            found ??= (quantity, value);
        }

        if (found is not { } known) return optional ? default : throw Missing([.. mapping.Quantity.Select(quantity => quantity.Field)]);
        OrderSide? side = known.Mapping.SignIsSide ? known.Value < 0 ? OrderSide.Sell : OrderSide.Buy : null;
        var amount = known.Mapping.SignIsSide ? Math.Abs(known.Value) : known.Value;
        if (amount <= 0) throw new OrderFaultException(known.Mapping.Field, "must be above 0.");
        if (symbol is not null && mapping.LotSymbols is { } contracts && SecretFormatCheck.Compile(contracts).IsMatch(symbol)) return (amount, null, true, side);
        return known.Mapping.Kind == "notional" ? (null, amount, false, side) : (amount, null, known.Mapping.Kind == "lots", side);
    }

    private static OrderSide? Side(SideMapping? mapping, OrderFields fields)
    {
        if (mapping is null || fields.Find(mapping.Field) is not { } word) return null;
        bool Is(IReadOnlyList<string> words) => words.Contains(word, StringComparer.OrdinalIgnoreCase);
        return Is(mapping.Buy) ? OrderSide.Buy : Is(mapping.Sell) ? OrderSide.Sell : throw new OrderFaultException(mapping.Field, "is no side that the catalogue knows.");
    }

    private static IntentHint Intent(OrderMapping mapping, OperationEffect effect, OrderFields fields)
    {
        var (reduces, opens) = (fields.First(mapping.Reduce) is not null, fields.First(mapping.Open) is not null);
        if (reduces && opens) throw new OrderFaultException(null, "The order says that it opens and that it reduces.");
        return effect switch
        {
            OperationEffect.Reduce => IntentHint.Reduce,
            OperationEffect.Open => IntentHint.Open,
            _ => reduces ? IntentHint.Reduce : opens ? IntentHint.Open : IntentHint.Position,
        };
    }

    private static string? ClientOrderId(ClientOrderIdMapping mapping, OrderFields fields)
    {
        if (fields.Find(mapping.Field) is not { } id) return fields.IsGiven(mapping.Field) ? throw new OrderFaultException(mapping.Field, "must not be empty. Leave it out.") : null;
        var fits = id.Length <= mapping.MaxLength && id.All(c => c is > ' ' and <= '~') && (mapping.Format is null || SecretFormatCheck.Compile(mapping.Format).IsMatch(id));
        return fits ? id : throw new OrderFaultException(mapping.Field, $"must be an id of at most {mapping.MaxLength} characters that the provider takes.");
    }

    private static void CheckOthers(OrderMapping mapping, OrderFields fields)
    {
        foreach (var field in mapping.Volatile) fields.Find(field);
        foreach (var (field, words) in mapping.Allow)
        {
            if (fields.Find(field) is { } value && !words.Contains("*") && !words.Contains(value, StringComparer.OrdinalIgnoreCase))
                throw new OrderFaultException(field, "has a value whose meaning the catalogue does not know.");
        }

        if (fields.Unread.FirstOrDefault() is { } unknown) throw new OrderFaultException(Shown(unknown), "is a field that the catalogue does not know. It could change what the order does.");
    }

    // A field's name comes from the caller.
    private static string Shown(string field) => field.Length <= 60 && field.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '[' or ']' or '.') ? field : "A field";

    private static string Hash(OrderMapping mapping, OrderFields fields)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in fields.All.Where(pair => !mapping.Volatile.Contains(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append(name).Append('\n').Append(value.Length).Append('\n').Append(value).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static OrderFaultException Missing(IReadOnlyList<string> fields) => new(fields.Count > 0 ? string.Join(" or ", fields) : null, "is missing.");
}
