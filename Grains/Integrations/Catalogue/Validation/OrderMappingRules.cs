using ControlPlane.Grains.Gateway;

namespace ControlPlane.Grains.Integrations.Catalogue.Validation;

/// <summary>The rules of mappings between orders and a provider's fields.</summary>
internal static class OrderMappingRules
{
    private static readonly string[] s_types = ["market", "limit", "stop", "stop_limit"];
    private static readonly string[] s_states = ["open", "filled", "canceled", "rejected"];
    private static readonly string[] s_kinds = ["units", "lots", "notional"];
    private static readonly string[] s_ofOrder = ["order_id", "client_order_id", "symbol"];

    public static void Check(OrderMapping order, FieldErrors errors)
    {
        errors.Expect(order.Items is null || order.Items.Length == 0 || order.Items.StartsWith('/'), "items", "must be a JSON pointer, or empty.");
        CheckFields(order.Symbol, errors.At("symbol"));
        errors.Expect(order.Symbol.Count > 0 || order.Amends is not null, "symbol", "must name a field.");
        errors.Expect(order.Quantity.Count > 0 || order.Amends is not null, "quantity", "must name a field.");
        errors.Expect(order.Side is not null || order.Amends is not null || order.Quantity.All(quantity => quantity.SignIsSide), "side", "is missing, and the quantity has no sign. Name its field.");
        for (var i = 0; i < order.Quantity.Count; i++)
        {
            CheckFields([order.Quantity[i].Field], errors.At("quantity", i).At("field"));
            errors.At("quantity", i).Expect(s_kinds.Contains(order.Quantity[i].Kind), "kind", $"must be one of {string.Join(", ", s_kinds)}.");
        }

        CheckRules(order.Types, s_types, errors.At("types"));
        errors.Expect(order.Types.Count > 0 || order.Amends is not null, "types", "must say which orders are market, limit or stop orders.");
        foreach (var (name, fields) in new[] { ("price", order.Price), ("stop_price", order.StopPrice), ("stop_limit_price", order.StopLimitPrice) }) CheckFields(fields, errors.At(name));
        foreach (var (name, rules) in new[] { ("reduce", order.Reduce), ("open", order.Open), ("dry", order.Dry) }) CheckRules(rules, null, errors.At(name));
        CheckFields(order.Allow.Keys, errors.At("allow"));
        CheckFields(order.Keep.Values, errors.At("keep"));
        CheckFields(order.Volatile, errors.At("volatile"));
        errors.Expect(order.LotSymbols is null || VariableRules.IsFormat(order.LotSymbols), "lot_symbols", "must be a .NET regular expression without look-around.");
        CheckFields([order.ClientOrderId.Field], errors.At("client_order_id").At("field"));
        errors.At("client_order_id").Expect(order.ClientOrderId.MaxLength is >= 8 and <= 128, "max_length", "must be 8 to 128.");
        errors.At("client_order_id").Expect(order.ClientOrderId.Format is null || VariableRules.IsFormat(order.ClientOrderId.Format), "format", "must be a .NET regular expression without look-around.");
    }

    public static void Check(OrderStateMapping answer, FieldErrors errors)
    {
        foreach (var (name, rules) in new[] { ("good", answer.Good), ("unsure", answer.Unsure), ("refused", answer.Refused), ("reduce", answer.Reduce) }) CheckRules(rules, null, errors.At(name));
        CheckRules(answer.States, s_states, errors.At("states"));
        foreach (var pointer in new[] { answer.OrderId, answer.ClientOrderId, answer.Symbol, answer.Quantity, answer.Filled, answer.AveragePrice, answer.FilledValue }.SelectMany(p => p).Concat(answer.Take.Values))
        {
            if (!pointer.StartsWith('/') && pointer != "@key") errors.Add($"{pointer} must be a JSON pointer.");
        }
    }

    public static void Check(OrderDeskDefinition desk, IReadOnlyList<OperationDefinition> operations, IReadOnlyDictionary<string, VariableDefinition> variables, FieldErrors errors)
    {
        errors.Expect(desk.Lookups.Count > 0, "lookups", "must have at least one.");
        errors.Expect(desk.Lookups.Count == 0 || desk.Lookups.Any(lookup => lookup.Complete), "lookups", "must have one that knows every order.");
        errors.Expect(desk.SureAfterS is >= 45 and <= 3600, "sure_after_s", "must be 45 to 3600.");
        var kept = operations.SelectMany(operation => (operation.Order?.Keep.Keys ?? []).Concat(Template.Names(operation.Path))).ToHashSet(StringComparer.Ordinal);
        var requests = desk.Lookups.Concat(desk.Working).Select(lookup => lookup.Request).Append(desk.CancelOne).Append(desk.CancelAll).OfType<RequestDefinition>();
        foreach (var name in requests.SelectMany(RequestTemplates.Texts).SelectMany(text => Template.Names(text.Text)))
        {
            if (!s_ofOrder.Contains(name) && !kept.Contains(name) && name != Template.Token && !variables.ContainsKey(name))
                errors.Add($"{{{name}}} is neither a variable nor a field of an order.");
        }

        for (var i = 0; i < desk.Lookups.Count; i++) Check(desk.Lookups[i].Answer, errors.At("lookups", i).At("answer"));
        for (var i = 0; i < desk.Working.Count; i++) Check(desk.Working[i].Answer, errors.At("working", i).At("answer"));
        string[] taken = [.. desk.Lookups.SelectMany(lookup => lookup.Answer.Take.Keys)];
        for (var i = 0; i < desk.Fills.Count; i++) FillRules.Check(desk.Fills[i], s_ofOrder.Concat(kept).Concat(variables.Keys).Concat(taken).Append(Template.Token).ToHashSet(StringComparer.Ordinal), errors.At("fills", i));
        for (var i = 0; i < desk.Positions.Count; i++) PositionRules.Check(desk.Positions[i], s_ofOrder.Concat(kept).Concat(variables.Keys).Append(Template.Token).ToHashSet(StringComparer.Ordinal), errors.At("positions", i));
        errors.Expect(desk.CancelAll is null || desk.Working.Count > 0, "working", "is missing: what a cancel of all has left is listed.");
    }

    private static void CheckRules(IReadOnlyList<FieldRule> rules, string[]? known, FieldErrors errors)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            var at = errors.At($"[{i}]");
            CheckFields([rules[i].Field], at.At("field"));
            at.Expect(rules[i].Values.Count > 0, "values", "must not be empty.");
            at.Expect(known is null == rules[i].Is is null && (known is null || known.Contains(rules[i].Is)), "is", known is null ? "must be absent here." : $"must be one of {string.Join(", ", known)}.");
        }
    }

    private static void CheckFields(IEnumerable<string> fields, FieldErrors errors)
    {
        foreach (var field in fields)
        {
            if (!(field.StartsWith('/') && field.Length > 1) && Template.Whole(field) is null) errors.Add($"{field} must be a JSON pointer that starts with a slash, or a {{name}} of the path.");
        }
    }
}
