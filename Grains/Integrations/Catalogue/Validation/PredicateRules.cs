using System.Text.Json;

namespace ControlPlane.Grains.Integrations.Catalogue.Validation;

/// <summary>Which parameters each predicate needs, and that it has no others.</summary>
internal static class PredicateRules
{
    private const int DeepestNesting = 8;

    public static void Check(Predicate predicate, FieldErrors errors, int depth = 0)
    {
        if (depth == DeepestNesting)
        {
            errors.Add($"is nested more than {DeepestNesting} levels deep. Flatten it.");
            return;
        }

        string[]? needed = predicate.Type switch
        {
            "json_has" or "json_lacks" => ["path"],
            "json_nonempty" or "json_empty" or "json_valid" or "body_empty" => [],
            "json_equals" or "json_equals_variable" or "json_masks_variable" or "json_in" or "json_starts_with" or "json_gt" or "json_array_contains" or "json_contains" or "body_contains" or "environment_in" or "variable_absent" => ["value"],
            "header_equals" => ["path", "value"],
            "json_array_min" => ["min"],
            "json_array_max" => ["max"],
            "all" or "any" => ["items"],
            "items_any" => ["item"],
            "not" => ["item"],
            _ => null,
        };
        if (needed is null)
        {
            errors.Add("type", "is not a known predicate. Take one of the types that the catalogue's description lists.");
            return;
        }

        var takesPath = (predicate.Type.StartsWith("json_", StringComparison.Ordinal) && predicate.Type != "json_valid") || predicate.Type == "items_any";
        foreach (var (name, isSet) in Parameters(predicate))
        {
            if (needed.Contains(name) && !isSet)
                errors.Add(name, $"is missing. {predicate.Type} needs it.");
            else if (isSet && !needed.Contains(name) && !(name == "path" && takesPath))
                errors.Add(name, $"is not used by {predicate.Type}. Remove it.");
        }

        CheckValue(predicate, errors);
        for (var i = 0; i < (predicate.Items?.Count ?? 0); i++)
            Check(predicate.Items![i], errors.At("items", i), depth + 1);
        if (predicate.Item is not null)
            Check(predicate.Item, errors.At("item"), depth + 1);
    }

    private static (string Name, bool IsSet)[] Parameters(Predicate predicate) =>
    [
        ("path", !string.IsNullOrEmpty(predicate.Path)),
        ("value", predicate.Value is not null),
        ("min", predicate.Min is not null),
        ("max", predicate.Max is not null),
        ("items", predicate.Items is { Count: > 0 }),
        ("item", predicate.Item is not null),
    ];

    private static void CheckValue(Predicate predicate, FieldErrors errors)
    {
        if (predicate.Value is not { } value)
            return;
        var (kind, rule) = predicate.Type switch
        {
            "json_in" or "environment_in" => (JsonValueKind.Array, "must be a list of the values that match."),
            "json_gt" => (JsonValueKind.Number, "must be a number."),
            "json_starts_with" or "json_contains" or "json_equals_variable" or "json_masks_variable" or "variable_absent" or "body_contains" or "header_equals" => (JsonValueKind.String, "must be a text in quotes."),
            _ => (value.ValueKind, ""),
        };
        if (errors.Expect(value.ValueKind == kind, "value", rule) && kind == JsonValueKind.String && predicate.Type == "body_contains")
            errors.Expect(value.GetString()!.Length > 0, "value", "must not be empty, or everything would match.");
    }
}
