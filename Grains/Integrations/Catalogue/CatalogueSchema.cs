using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using ControlPlane.Grains.Integrations.Catalogue.Validation;

namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>The JSON Schema of a provider's file, for editors, from the types that read it. What binds is <see cref="ProviderRules"/>.</summary>
public static class CatalogueSchema
{
    public const string FileName = "provider.schema.json";

    private static readonly JsonSerializerOptions s_text = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Texts of which only some values are allowed.</summary>
    private static readonly Dictionary<(Type, string), IReadOnlyList<string>> s_choices = new()
    {
        [(typeof(ProviderDefinition), nameof(ProviderDefinition.Category))] = ProviderRules.Categories,
        [(typeof(OutcomeRule), nameof(OutcomeRule.Verdict))] = OutcomeRules.Verdicts,
        [(typeof(OperationDefinition), nameof(OperationDefinition.Effect))] = OperationEffects.Names,
    };

    public static string Write()
    {
        var schema = CatalogueJson.Options.GetJsonSchemaAsNode(typeof(ProviderDefinition), new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform }).AsObject();
        var root = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "A provider of the control plane's catalogue",
        };
        foreach (var (name, value) in schema) root[name] = value?.DeepClone();
        return root.ToJsonString(s_text) + "\n";
    }

    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (schema is JsonObject node && context.PropertyInfo?.AttributeProvider is MemberInfo member
            && s_choices.TryGetValue((context.PropertyInfo.DeclaringType, member.Name), out var choices))
        {
            node["enum"] = new JsonArray([.. choices.Select(choice => (JsonNode)choice)]);
        }

        return schema;
    }
}
