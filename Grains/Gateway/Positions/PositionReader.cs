using System.Text.Json;
using ControlPlane.Grains.Gateway.Orders;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Gateway.Positions;

/// <summary>Reads a position out of a broker's answer. In doubt it is not known.</summary>
internal static class PositionReader
{
    /// <param name="symbol">As the order wrote it.</param>
    /// <param name="valueOf">What templates are filled with; null for a value that is missing.</param>
    /// <returns>Signed units; null when the answer does not tell them.</returns>
    public static decimal? Read(PositionsDefinition positions, string symbol, Func<string, string?> valueOf, int status, ReadOnlyMemory<byte> body)
    {
        if (status is < 200 or > 299 || positions.Match.Values.SelectMany(Template.Names).Any(name => string.IsNullOrEmpty(valueOf(name)))) return null;
        try
        {
            var root = JsonFields.Parse(body);

            // A long list has more fields than an order may: it is flattened only where something beside it counts.
            if (positions.Good.Count + positions.None.Count > 0)
            {
                var whole = Fields(root);
                if (!positions.Good.All(whole.Holds)) return null;
                if (positions.None.Any(whole.Holds)) return 0;
            }

            if (Items(root, positions.Items) is not { } items) return null;
            decimal? sum = 0;
            foreach (var fields in items.Where(fields => Speaks(positions, fields, symbol, valueOf))) sum += Units(positions, fields);
            return sum;
        }
        catch (Exception e) when (e is OrderFaultException or OverflowException)
        {
            return null;
        }
    }

    private static OrderFields[]? Items(JsonElement root, string pointer) => JsonFields.At(root, pointer) switch
    {
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object) => [.. list.EnumerateArray().Select(Fields)],

        // One position alone: some providers leave the list out then.
        { ValueKind: JsonValueKind.Object } single when pointer.Length > 0 => [Fields(single)],
        _ => null,
    };

    private static OrderFields Fields(JsonElement item) => new(JsonFields.Flatten(item), new Dictionary<string, string>());

    private static bool Speaks(PositionsDefinition positions, OrderFields fields, string symbol, Func<string, string?> valueOf)
    {
        if (positions.Match.Any(match => fields.Find(match.Key) != Template.Fill(match.Value, name => valueOf(name)!))) return false;
        return positions.Symbol.Count == 0 || (fields.Find(positions.Symbol) is { } told && SymbolNames.Plain.Same(told, symbol));
    }

    private static decimal? Units(PositionsDefinition positions, OrderFields fields)
    {
        decimal? units = 0;
        foreach (var pointer in positions.Quantity) units += OrderFields.TryNumber(fields.Find(pointer), out var number) ? number : (decimal?)null;
        if (units is null or 0 || positions.Side is not { } side) return units;
        var word = fields.Find(side.Field);
        bool Is(IReadOnlyList<string> words) => word is not null && words.Contains(word, StringComparer.OrdinalIgnoreCase);
        return Is(side.Buy) ? Math.Abs(units.Value) : Is(side.Sell) ? -Math.Abs(units.Value) : Is(side.Net) ? units : null;
    }
}
