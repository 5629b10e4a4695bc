using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Http;

/// <summary>Compares a JSON value with its target type: finds values of another type and unknown fields.</summary>
internal static class JsonForm
{
    /// <summary>Where a value is of another type, from the innermost outwards, and what is expected there.</summary>
    private readonly record struct Fault(string Path, string Expected)
    {
        public Fault Below(string field) => this with { Path = Path.Length == 0 || Path[0] == '[' ? field + Path : $"{field}.{Path}" };

        public Fault Below(int index) => this with { Path = Path.Length == 0 || Path[0] == '[' ? $"[{index}]{Path}" : $"[{index}].{Path}" };
    }

    /// <summary>The rule that the value breaks, with the field's path; or null. Keys that the sender chose stand in it as <c>*</c>.</summary>
    public static string? Check(JsonElement value, JsonTypeInfo type, IgnoredFields ignored) =>
        Walk(value, type, "", ignored) is not { } fault ? null
        : fault.Path.Length == 0 ? $"The value must be {fault.Expected}."
        : $"'{fault.Path}' must be {fault.Expected}.";

    private static Fault? Walk(JsonElement value, JsonTypeInfo type, string within, IgnoredFields ignored)
    {
        if (value.ValueKind == JsonValueKind.Null) return type.Type.IsValueType && Nullable.GetUnderlyingType(type.Type) is null && type.Type != typeof(JsonElement) ? Leaf(value, type.Type) : null;
        return type.Kind switch
        {
            JsonTypeInfoKind.Object => WalkObject(value, type, within, ignored),
            JsonTypeInfoKind.Enumerable => WalkArray(value, type, within, ignored),
            JsonTypeInfoKind.Dictionary => WalkDictionary(value, type, within, ignored),
            _ => Leaf(value, type.Type),
        };
    }

    private static Fault? WalkObject(JsonElement value, JsonTypeInfo type, string within, IgnoredFields ignored)
    {
        if (value.ValueKind != JsonValueKind.Object) return new("", "a JSON object");
        foreach (var field in value.EnumerateObject())
        {
            if (type.Properties.FirstOrDefault(known => field.NameEquals(known.Name)) is not { } property) ignored.Add(within, field.Name);
            else if (Walk(field.Value, type.Options.GetTypeInfo(property.PropertyType), $"{within}{property.Name}.", ignored) is { } fault) return fault.Below(property.Name);
        }

        return null;
    }

    private static Fault? WalkArray(JsonElement value, JsonTypeInfo type, string within, IgnoredFields ignored)
    {
        if (value.ValueKind != JsonValueKind.Array) return new("", "an array");
        var (of, index) = (type.Options.GetTypeInfo(type.ElementType!), 0);
        foreach (var item in value.EnumerateArray())
        {
            if (Walk(item, of, within, ignored) is { } fault) return fault.Below(index);
            index++;
        }

        return null;
    }

    private static Fault? WalkDictionary(JsonElement value, JsonTypeInfo type, string within, IgnoredFields ignored)
    {
        if (value.ValueKind != JsonValueKind.Object) return new("", "a JSON object");
        var of = type.Options.GetTypeInfo(type.ElementType!);
        foreach (var entry in value.EnumerateObject())
        {
            if (Walk(entry.Value, of, within, ignored) is { } fault) return fault.Below("*");
        }

        return null;
    }

    private static Fault? Leaf(JsonElement value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var (fits, expected) = type switch
        {
            _ when type == typeof(string) => (value.ValueKind == JsonValueKind.String, "a text"),
            _ when type == typeof(bool) => (value.ValueKind is JsonValueKind.True or JsonValueKind.False, "true or false"),
            _ when type == typeof(int) => (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _), "a whole number"),
            _ when type == typeof(long) => (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _), "a whole number"),
            _ when type == typeof(decimal) => (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out _), "a number"),
            _ when type == typeof(double) => (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number), "a number"),
            _ when type == typeof(DateTimeOffset) => (value.ValueKind == JsonValueKind.String && Instants.TryParse(value.GetString(), out _), Instants.Rule),
            _ when type == typeof(Guid) => (value.ValueKind == JsonValueKind.String && value.TryGetGuid(out _), "a UUID"),
            _ when type.IsEnum => (value.ValueKind == JsonValueKind.String, "a text"),
            _ => (true, ""),
        };
        return fits ? null : new Fault("", expected);
    }
}
