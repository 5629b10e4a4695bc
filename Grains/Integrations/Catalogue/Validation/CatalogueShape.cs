using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ControlPlane.Grains.Integrations.Catalogue.Validation;

/// <summary>Compares a JSON value with its record type field by field, so that every error is reported and not only the first.</summary>
internal static class CatalogueShape
{
    public static void Check(JsonElement element, FieldErrors errors) => Check(element, typeof(ProviderDefinition), errors);

    private static void Check(JsonElement element, Type type, FieldErrors errors)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(JsonElement))
            return;

        if (type == typeof(string))
            Expect(element.ValueKind == JsonValueKind.String, errors, "must be a text in quotes.");
        else if (type == typeof(bool))
            Expect(element.ValueKind is JsonValueKind.True or JsonValueKind.False, errors, "must be true or false.");
        else if (type == typeof(int))
            Expect(element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out _), errors, "must be a whole number.");
        else if (type == typeof(double))
            Expect(element.ValueKind == JsonValueKind.Number, errors, "must be a number.");
        else if (CatalogueJson.Options.GetTypeInfo(type) is { Kind: not JsonTypeInfoKind.Object } collection)
            CheckCollection(element, collection, errors);
        else
            CheckObject(element, CatalogueJson.Options.GetTypeInfo(type), errors);
    }

    private static void CheckCollection(JsonElement element, JsonTypeInfo type, FieldErrors errors)
    {
        if (type.Kind == JsonTypeInfoKind.Dictionary)
        {
            if (!Expect(element.ValueKind == JsonValueKind.Object, errors, "must be an object of names and values."))
                return;
            foreach (var member in element.EnumerateObject())
                Check(member.Value, type.ElementType!, errors.At(member.Name));
            return;
        }

        if (!Expect(element.ValueKind == JsonValueKind.Array, errors, "must be a list."))
            return;
        var index = 0;
        foreach (var item in element.EnumerateArray())
            Check(item, type.ElementType!, errors.At($"[{index++}]"));
    }

    private static void CheckObject(JsonElement element, JsonTypeInfo type, FieldErrors errors)
    {
        if (!Expect(element.ValueKind == JsonValueKind.Object, errors, "must be an object."))
            return;

        var fields = type.Properties.ToDictionary(property => property.Name, StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            if (!fields.TryGetValue(member.Name, out var field))
                errors.Add(member.Name, $"is not a field here. Remove it or correct its name; known are {string.Join(", ", fields.Keys)}.");
            else if (member.Value.ValueKind != JsonValueKind.Null)
                Check(member.Value, field.PropertyType, errors.At(member.Name));
            else if (!field.IsSetNullable || field.IsRequired)
                errors.Add(member.Name, "must not be null. Give it a value or leave it out.");
        }

        foreach (var missing in fields.Values.Where(field => field.IsRequired && !element.TryGetProperty(field.Name, out _)))
            errors.Add(missing.Name, "is missing. Add it.");
    }

    private static bool Expect(bool holds, FieldErrors errors, string rule)
    {
        if (!holds)
            errors.Add(rule);
        return holds;
    }
}
