using System.Text.Json;
using ControlPlane.Grains.Gateway.Orders;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Gateway.Answers;

/// <summary>A price of the market that passed through.</summary>
internal readonly record struct SeenMark(string Symbol, decimal Price);

/// <summary>Reads prices of the market out of answers.</summary>
internal static class MarkReader
{
    private const int MaxMarks = 1_000;

    /// <param name="query">Parameters of the request, by pointers.</param>
    public static IReadOnlyList<SeenMark> Read(MarkMapping mapping, IReadOnlyDictionary<string, string> path, IReadOnlyDictionary<string, string> query, ReadOnlyMemory<byte> body)
    {
        try
        {
            var root = JsonFields.Parse(body);
            return [.. Parts(mapping, root).Take(MaxMarks).Select(part => One(mapping, part.Element, part.Name, path, query)).OfType<SeenMark>()];
        }
        catch (OrderFaultException)
        {
            return [];
        }
    }

    private static IEnumerable<(JsonElement Element, string? Name)> Parts(MarkMapping mapping, JsonElement root)
    {
        if (mapping.Items is not { } pointer) return JsonFields.At(root, mapping.Root) is { } one ? [(one, null)] : [];
        return JsonFields.At(root, pointer) switch
        {
            { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Select(item => (item, (string?)null)),
            { ValueKind: JsonValueKind.Object } map when mapping.Symbol.Contains("@key") => map.EnumerateObject().Select(member => (member.Value, (string?)member.Name)),
            { ValueKind: JsonValueKind.Object } single => [(single, null)],
            _ => [],
        };
    }

    private static SeenMark? One(MarkMapping mapping, JsonElement element, string? name, IReadOnlyDictionary<string, string> path, IReadOnlyDictionary<string, string> query)
    {
        var symbol = mapping.Symbol.Select(place => place switch
        {
            "@key" => name,
            ['?', ..] => query.GetValueOrDefault("/" + place[1..]),
            ['{', ..] => path.GetValueOrDefault(place[1..^1]),
            _ => JsonFields.Text(JsonFields.At(element, place)),
        }).FirstOrDefault(found => !string.IsNullOrEmpty(found));
        var prices = mapping.Price.Select(pointer => OrderFields.TryNumber(JsonFields.Text(JsonFields.At(element, pointer)), out var price) && price != 0 ? price : (decimal?)null).OfType<decimal>().ToArray();

        // Of bid and ask both must be there: one side of an empty book is no price.
        return symbol is { Length: <= 64 } && prices.Length > 0 && prices.Length == mapping.Price.Count ? new(symbol, prices.Sum() / prices.Length) : null;
    }
}
