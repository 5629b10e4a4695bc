namespace ControlPlane.Grains.Integrations.Catalogue.Validation;

/// <summary>The rules of how positions are read.</summary>
internal static class PositionRules
{
    /// <param name="known">Names that templates may use.</param>
    public static void Check(PositionsDefinition positions, IReadOnlySet<string> known, FieldErrors errors)
    {
        var names = known.Concat(positions.Ask.Keys).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, value) in positions.Ask)
        {
            CheckPointers([value.Field], errors.At("ask").At(name).At("field"));
            CheckTexts(RequestTemplates.Texts(value.Request).Select(text => text.Text), known, errors.At("ask").At(name).At("request"));
        }

        CheckTexts(RequestTemplates.Texts(positions.Request).Select(text => text.Text), names, errors.At("request"));
        CheckTexts(positions.Match.Values, names, errors.At("match"));
        CheckPointers(positions.Match.Keys, errors.At("match"));
        CheckPointers(positions.Symbol, errors.At("symbol"));
        CheckPointers(positions.Quantity, errors.At("quantity"));
        CheckPointers(positions.Good.Concat(positions.None).Select(rule => rule.Field), errors);
        errors.Expect(positions.Items.Length == 0 || positions.Items.StartsWith('/'), "items", "must be a JSON pointer, or empty.");
        errors.Expect(positions.Quantity.Count > 0, "quantity", "must name a field.");
        errors.Expect(positions.Symbol.Count > 0 || positions.Ask.Keys.Any(name => positions.Match.Values.Contains($"{{{name}}}")), "symbol", "is missing, and nothing that is asked for tells the symbol of an item.");
        errors.Expect(positions.Symbols is null || VariableRules.IsFormat(positions.Symbols), "symbols", "must be a .NET regular expression without look-around.");
        if (positions.Side is { } side) CheckPointers([side.Field], errors.At("side").At("field"));
    }

    private static void CheckTexts(IEnumerable<string> texts, IReadOnlySet<string> known, FieldErrors errors)
    {
        foreach (var name in texts.SelectMany(Template.Names).Where(name => !known.Contains(name))) errors.Add($"{{{name}}} is neither a variable, nor a field of an order, nor asked for.");
    }

    private static void CheckPointers(IEnumerable<string> fields, FieldErrors errors)
    {
        foreach (var field in fields.Where(field => !field.StartsWith('/') || field.Length < 2)) errors.Add($"{field} must be a JSON pointer that starts with a slash.");
    }
}
