using System.Collections.Immutable;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Orders;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Gateway.Answers;

/// <summary>Reads what a provider answers of orders. In doubt the answer is unsure, and the order is looked up.</summary>
internal static class AnswerReader
{
    private const string MemberName = "@key";

    /// <summary>The provider refused the request as it stood. Not 408, 409, 425: a request like it may be under way.</summary>
    private static readonly int[] s_refusals = [400, 401, 402, 403, 404, 405, 406, 410, 411, 413, 414, 415, 416, 417, 418, 422, 429, 431, 451];

    public static AnswerReading Read(OrderStateMapping mapping, int status, ReadOnlyMemory<byte> body)
    {
        if (status is >= 200 and <= 299 && body.IsEmpty && mapping.Good.Count == 0) return new(AnswerWorth.Good, []);
        JsonElement root;
        OrderFields whole;
        try
        {
            root = JsonFields.Parse(body);
            whole = Fields(root);
        }
        catch (OrderFaultException)
        {
            return s_refusals.Contains(status) ? AnswerReading.Refused : AnswerReading.Unsure;
        }

        if (mapping.Unsure.Any(whole.Holds)) return AnswerReading.Unsure;
        if (s_refusals.Contains(status)) return AnswerReading.Refused;
        if (status is < 200 or > 299) return AnswerReading.Unsure;
        if (mapping.Good.FirstOrDefault(rule => !whole.Holds(rule)) is { } broken)
            return mapping.Refused.Any(whole.Holds) || whole.Find(broken.Field) is not null ? AnswerReading.Refused : AnswerReading.Unsure;
        return new(AnswerWorth.Good, [.. Orders(mapping, root)]);
    }

    public static bool SaysNotFound(LookupDefinition lookup, int status, ReadOnlyMemory<byte> body)
    {
        if (lookup.NotFoundStatus.Contains(status)) return true;
        if (lookup.NotFound.Count == 0 || status is 401 or 403 or 429 or >= 500) return false;
        try
        {
            return lookup.NotFound.Any(Fields(JsonFields.Parse(body)).Holds);
        }
        catch (OrderFaultException)
        {
            return false;
        }
    }

    public static OrderFields Fields(JsonElement element) => new(JsonFields.Flatten(element), new Dictionary<string, string>());

    private static IEnumerable<SeenOrder> Orders(OrderStateMapping mapping, JsonElement root)
    {
        if (mapping.Items is not { } pointer)
        {
            if (JsonFields.At(root, mapping.Root) is { ValueKind: JsonValueKind.Object } one) yield return Order(mapping, one, null);
            yield break;
        }

        switch (JsonFields.At(root, pointer))
        {
            case { ValueKind: JsonValueKind.Array } list:
                foreach (var item in list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object)) yield return Order(mapping, item, null);
                break;

            // One order alone: some providers leave the list out then.
            case { ValueKind: JsonValueKind.Object } single when !mapping.OrderId.Contains(MemberName):
                yield return Order(mapping, single, null);
                break;
            case { ValueKind: JsonValueKind.Object } map:
                foreach (var member in map.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Object)) yield return Order(mapping, member.Value, member.Name);
                break;
        }
    }

    private static SeenOrder Order(OrderStateMapping mapping, JsonElement element, string? memberName)
    {
        var fields = Fields(element);
        var quantity = Number(fields, mapping.Quantity);
        var filled = Number(fields, mapping.Filled) is { } told ? Math.Abs(told) : (decimal?)null;
        var average = Number(fields, mapping.AveragePrice) is { } price && price != 0 ? price : (decimal?)null;
        if (average is null && filled > 0 && Number(fields, mapping.FilledValue) is { } value) average = value / filled;
        var side = mapping.Side is { } words && fields.Find(words.Field) is { } word
            ? words.Buy.Contains(word, StringComparer.OrdinalIgnoreCase) ? OrderSide.Buy : words.Sell.Contains(word, StringComparer.OrdinalIgnoreCase) ? OrderSide.Sell : null
            : mapping.Side is null && quantity is { } signed ? signed < 0 ? OrderSide.Sell : OrderSide.Buy : (OrderSide?)null;
        var fee = Number(fields, mapping.Fee);
        return new(
            fields.Find(mapping.OrderId.Where(pointer => pointer != MemberName)) ?? (mapping.OrderId.Contains(MemberName) ? memberName : null),
            fields.Find(mapping.ClientOrderId),
            fields.Find(mapping.Symbol),
            side,
            quantity is { } units ? Math.Abs(units) : null,
            fields.First(mapping.States)?.Is,
            filled,
            average,
            fields.First(mapping.Reduce) is not null)
        {
            Fee = mapping.FeeIsNegative ? -fee : fee,
            FeeCurrency = fields.Find(mapping.FeeCurrency),
            Taken = mapping.Take.Select(take => (take.Key, Value: fields.Find(take.Value))).Where(take => take.Value is not null).ToImmutableDictionary(take => take.Key, take => take.Value!, StringComparer.Ordinal),
        };
    }

    // What is no number tells nothing here.
    private static decimal? Number(OrderFields fields, IReadOnlyList<string> pointers) =>
        OrderFields.TryNumber(fields.Find(pointers), out var number) ? number : null;
}
