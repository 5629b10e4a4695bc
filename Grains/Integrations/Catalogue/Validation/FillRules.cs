namespace ControlPlane.Grains.Integrations.Catalogue.Validation;

/// <summary>The rules of how fills are read.</summary>
internal static class FillRules
{
    /// <param name="known">Names that templates may use.</param>
    public static void Check(FillsDefinition fills, IReadOnlySet<string> known, FieldErrors errors)
    {
        foreach (var name in RequestTemplates.Texts(fills.Request).SelectMany(text => Template.Names(text.Text)).Where(name => !known.Contains(name)))
            errors.At("request").Add($"{{{name}}} is neither a variable, nor a field of an order, nor taken from a look-up.");
        foreach (var pointer in fills.OrderId.Concat(fills.Quantity).Concat(fills.Price).Concat(fills.Fee).Concat(fills.FeeCurrency).Concat(fills.Good.Select(rule => rule.Field)))
        {
            if (!pointer.StartsWith('/')) errors.Add($"{pointer} must be a JSON pointer.");
        }

        foreach (var (name, fields) in new[] { ("order_id", fills.OrderId), ("quantity", fills.Quantity), ("price", fills.Price) }) errors.Expect(fields.Count > 0, name, "must name a field.");
        errors.Expect(fills.Items is null || fills.Items.Length == 0 || fills.Items.StartsWith('/'), "items", "must be a JSON pointer, or empty.");
        errors.Expect(!fills.FeeNeedsCurrency || fills.FeeCurrency.Count > 0, "fee_currency", "is missing, and the fee needs it.");
    }
}
