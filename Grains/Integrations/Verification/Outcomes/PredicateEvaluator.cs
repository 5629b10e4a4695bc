using System.Text.Json;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;

namespace ControlPlane.Grains.Integrations.Verification.Outcomes;

/// <summary>Evaluates a condition on an answer. Null means that the answer can't tell: it is no JSON and the condition needs some.
/// Neither a condition nor its <c>not</c> holds then.</summary>
internal static class PredicateEvaluator
{
    public static bool? Evaluate(Predicate predicate, ProviderAnswer answer) => predicate.Type switch
    {
        "all" => All(predicate.Items!, answer),
        "any" => !All(predicate.Items!, answer, negate: true),
        "not" => !Evaluate(predicate.Item!, answer),
        "json_valid" => answer.Json is not null,
        "body_contains" => answer.Text.Contains(predicate.Value!.Value.GetString()!, StringComparison.Ordinal),
        "body_empty" => answer.IsEmpty,
        "header_equals" => string.Equals(answer.Header(predicate.Path!), predicate.Value!.Value.GetString(), StringComparison.OrdinalIgnoreCase),
        "environment_in" => predicate.Value!.Value.EnumerateArray().Any(item => item.GetString() == answer.Context.Environment),
        "variable_absent" => string.IsNullOrWhiteSpace(answer.Context.Variable(predicate.Value!.Value.GetString()!)),
        "items_any" => answer.Json is { } list ? AnyItem(predicate, JsonPath.Find(list, predicate.Path), answer) : null,
        "json_equals_variable" => answer.Json is { } document ? EqualsVariable(JsonPath.Find(document, predicate.Path), answer.Context.Variable(predicate.Value!.Value.GetString()!)) : null,
        "json_masks_variable" => answer.Json is { } document ? MasksVariable(JsonPath.Find(document, predicate.Path), answer.Context.Variable(predicate.Value!.Value.GetString()!)) : null,
        _ => answer.Json is { } json ? OfJson(predicate, JsonPath.Find(json, predicate.Path)) : null,
    };

    public static bool NeedsJson(Predicate? predicate) => predicate is not null && (predicate.Type switch
    {
        "all" or "any" => predicate.Items!.Any(NeedsJson),
        "not" => NeedsJson(predicate.Item),
        "items_any" => true,
        _ => predicate.Type.StartsWith("json_", StringComparison.Ordinal),
    });

    /// <summary>Whether a condition that holds has seen something it knows in a body that is no JSON.</summary>
    public static bool RecognisesText(Predicate? predicate, ProviderAnswer answer) => predicate is not null && (predicate.Type switch
    {
        "all" or "any" => predicate.Items!.Any(item => RecognisesText(item, answer)),
        "body_contains" => Evaluate(predicate, answer) == true,
        _ => false,
    });

    private static bool? All(IReadOnlyList<Predicate> items, ProviderAnswer answer, bool negate = false)
    {
        var unknown = false;
        foreach (var item in items)
        {
            var holds = Evaluate(item, answer) ^ negate;
            if (holds == false)
                return false;
            unknown |= holds is null;
        }

        return unknown ? null : true;
    }

    private static bool AnyItem(Predicate predicate, JsonElement? found, ProviderAnswer answer) =>
        found is { ValueKind: JsonValueKind.Array } list && list.EnumerateArray().Any(item => Evaluate(predicate.Item!, answer.At(item)) == true);

    // Without case, as addresses are written both ways.
    private static bool EqualsVariable(JsonElement? found, string? value) =>
        value is not null && found is { ValueKind: JsonValueKind.String } text && string.Equals(text.GetString(), value.Trim(), StringComparison.OrdinalIgnoreCase);

    // What is left of a masked key must be enough to tell it from its neighbours.
    private static bool MasksVariable(JsonElement? found, string? value)
    {
        const int Fewest = 4;
        return value is not null && found is { ValueKind: JsonValueKind.String } text && text.GetString()!.TrimEnd('*') is { Length: >= Fewest } start && value.Trim().StartsWith(start, StringComparison.Ordinal);
    }

    private static bool OfJson(Predicate predicate, JsonElement? found) => predicate.Type switch
    {
        "json_has" => found is not null,
        "json_lacks" => found is null,
        "json_nonempty" => !IsEmpty(found),
        "json_empty" => IsEmpty(found),
        "json_equals" => found is { } value && JsonElement.DeepEquals(value, predicate.Value!.Value),
        "json_in" => found is { } value && predicate.Value!.Value.EnumerateArray().Any(item => JsonElement.DeepEquals(item, value)),
        "json_starts_with" => found is { ValueKind: JsonValueKind.String } text
            && text.GetString()!.StartsWith(predicate.Value!.Value.GetString()!, StringComparison.Ordinal),
        "json_contains" => found is { ValueKind: JsonValueKind.String } text
            && text.GetString()!.Contains(predicate.Value!.Value.GetString()!, StringComparison.OrdinalIgnoreCase),
        "json_gt" => found is { ValueKind: JsonValueKind.Number } number && number.GetDouble() > predicate.Value!.Value.GetDouble(),
        "json_array_min" => found is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() >= predicate.Min,
        "json_array_max" => found is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() <= predicate.Max,
        "json_array_contains" => found is { ValueKind: JsonValueKind.Array } list
            && list.EnumerateArray().Any(item => JsonElement.DeepEquals(item, predicate.Value!.Value)),
        _ => false,
    };

    private static bool IsEmpty(JsonElement? found) => found switch
    {
        null => true,
        { ValueKind: JsonValueKind.String } text => string.IsNullOrWhiteSpace(text.GetString()),
        { ValueKind: JsonValueKind.Array } list => list.GetArrayLength() == 0,
        { ValueKind: JsonValueKind.Object } members => !members.EnumerateObject().Any(),
        _ => false,
    };
}
