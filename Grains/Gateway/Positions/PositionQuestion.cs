using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Calls;
using ControlPlane.Grains.Gateway.Settlement;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Gateway.Positions;

/// <summary>How the position in a symbol is asked for.</summary>
/// <param name="Name">The symbol in plain canonical form.</param>
/// <param name="Account">The same for all symbols that are asked for in one account in one way.</param>
internal sealed record PositionQuestion(PositionsDefinition Positions, string Symbol, string Name, string Account, IReadOnlyDictionary<string, string> Values)
{
    private const string AnySymbol = "*";

    /// <returns>Null where no position is documented for what the order traded, such as a spot market, or a value is missing.</returns>
    public static PositionQuestion? Of(ProviderDefinition provider, VenueSymbol order)
    {
        var values = JsonSerializer.Deserialize<Dictionary<string, string>>(order.Route) ?? [];
        values["symbol"] = order.Symbol;
        var desks = provider.Gateway?.Orders?.Positions ?? [];
        for (var i = 0; i < desks.Count; i++)
        {
            if (!Speaks(desks[i], order.Symbol, values)) continue;
            return AccountOf(desks[i], provider, values) is { } account ? new(desks[i], order.Symbol, SymbolNames.Plain.Canonical(order.Symbol), $"{i} {account}", values) : null;
        }

        return null;
    }

    private static bool Speaks(PositionsDefinition positions, string symbol, Dictionary<string, string> values) =>
        (positions.Symbols is null || SecretFormatCheck.Compile(positions.Symbols).IsMatch(symbol))
        && positions.Where.All(where => values.GetValueOrDefault(where.Key) is { } value && where.Value.Contains(value, StringComparer.OrdinalIgnoreCase));

    /// <summary>The request and what items must match, as they are for any symbol.</summary>
    private static string? AccountOf(PositionsDefinition positions, ProviderDefinition provider, Dictionary<string, string> values)
    {
        var known = new Dictionary<string, string>(values) { ["symbol"] = AnySymbol };
        foreach (var name in positions.Ask.Keys) known[name] = AnySymbol;
        if (!OrderLookup.Fits(positions.Request, known, provider) || !positions.Match.Values.SelectMany(Template.Names).All(known.ContainsKey)) return null;
        if (CallTemplates.Fill(positions.Request, name => known.GetValueOrDefault(name) ?? $"{{{name}}}") is not { } filled) return null;
        return $"{filled.Method} {filled.Path}?{filled.Query} {string.Join(' ', positions.Match.Select(match => Template.Fill(match.Value, name => known[name])))}";
    }
}
