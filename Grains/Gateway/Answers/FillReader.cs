using System.Text.Json;
using ControlPlane.Grains.Gateway.Orders;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Gateway.Answers;

/// <summary>All fills of one order.</summary>
/// <param name="AveragePrice">Null without a fill.</param>
/// <param name="Fee">A cost is above 0; null where fills tell none.</param>
/// <param name="FeeCurrency"><see cref="FillReader.NoCurrency"/> where the fees are in several ones, or nobody knows in which.</param>
internal readonly record struct SeenFills(decimal Units, decimal? AveragePrice, decimal? Fee, string? FeeCurrency);

/// <summary>Reads the fills of an order. In doubt they are not known.</summary>
internal static class FillReader
{
    /// <summary>No currency has such a name, and none has a rate to it.</summary>
    public const string NoCurrency = "?";

    /// <param name="orderId">The provider's id.</param>
    public static SeenFills? Read(FillsDefinition mapping, string orderId, int status, ReadOnlyMemory<byte> body)
    {
        if (status is < 200 or > 299) return null;
        try
        {
            var root = JsonFields.Parse(body);
            if ((mapping.Good.Count > 0 && !mapping.Good.All(AnswerReader.Fields(root).Holds)) || Items(mapping, root) is not { } items) return null;
            var fills = items.Select(item => One(mapping, item, orderId)).ToArray();
            return fills.Any(fill => fill is null) ? null : Sum([.. fills.OfType<Fill>()]);
        }
        catch (Exception e) when (e is OrderFaultException or OverflowException)
        {
            return null;
        }
    }

    private static OrderFields[]? Items(FillsDefinition mapping, JsonElement root) => mapping.Items is { } pointer
        ? JsonFields.At(root, pointer) is { ValueKind: JsonValueKind.Array } list && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object) ? [.. list.EnumerateArray().Select(AnswerReader.Fields)] : null
        : JsonFields.At(root, mapping.Root) is { ValueKind: JsonValueKind.Object } one ? [AnswerReader.Fields(one)] : null;

    private static Fill? One(FillsDefinition mapping, OrderFields fields, string orderId)
    {
        if (fields.Find(mapping.OrderId) != orderId || Number(fields, mapping.Quantity) is not { } units || Number(fields, mapping.Price) is not { } price || units == 0) return null;
        if (mapping.Fee.Count == 0) return new(Math.Abs(units), price, null, null);
        if (Number(fields, mapping.Fee) is not { } fee) return null;
        return new(Math.Abs(units), price, fee, fields.Find(mapping.FeeCurrency) ?? (mapping.FeeNeedsCurrency ? NoCurrency : null));
    }

    private static SeenFills Sum(Fill[] fills)
    {
        var units = fills.Sum(fill => fill.Units);
        decimal? average = units == 0 ? null : fills.Sum(fill => fill.Units * fill.Price) / units;
        if (fills.Length == 0 || fills.Any(fill => fill.Fee is null)) return new(units, average, null, null);
        var currencies = fills.Where(fill => fill.Fee != 0).Select(fill => fill.FeeCurrency).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return new(units, average, fills.Sum(fill => fill.Fee!.Value), currencies.Length > 1 ? NoCurrency : currencies.FirstOrDefault());
    }

    private static decimal? Number(OrderFields fields, IReadOnlyList<string> pointers) => OrderFields.TryNumber(fields.Find(pointers), out var number) ? number : null;

    private sealed record Fill(decimal Units, decimal Price, decimal? Fee, string? FeeCurrency);
}
