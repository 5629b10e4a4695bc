using System.Text.Json;
using ControlPlane.Grains.Integrations.Catalogue.Validation;

namespace ControlPlane.Grains.Integrations.Catalogue;

/// <summary>A provider and where it stands.</summary>
internal sealed record CatalogueEntry(ProviderDefinition Provider, FieldErrors Errors, bool BuiltIn);

/// <summary>Reads the text of one file: a provider, or a list of providers.</summary>
internal static class CatalogueFile
{
    public static IReadOnlyList<CatalogueEntry> Read(string path, bool builtIn, ReadOnlyMemory<byte> json, List<CatalogueError> errors)
    {
        var file = new FieldErrors(path, "", errors);
        using var document = Parse(json, file);
        if (document is null)
            return [];
        if (document.RootElement.ValueKind != JsonValueKind.Array)
            return Read(document.RootElement, builtIn, file) is { } single ? [single] : [];

        return [.. document.RootElement.EnumerateArray().Select((item, index) => Read(item, builtIn, file.At($"[{index}]"))).OfType<CatalogueEntry>()];
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> json, FieldErrors errors)
    {
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions
            {
                CommentHandling = CatalogueJson.Options.ReadCommentHandling,
                AllowTrailingCommas = CatalogueJson.Options.AllowTrailingCommas,
                AllowDuplicateProperties = false,
            });
        }
        catch (JsonException broken) when (broken.LineNumber is { } line)
        {
            errors.Add($"is not JSON: line {line + 1}, column {broken.BytePositionInLine + 1}. Correct the file there.");
        }
        catch (JsonException)
        {
            errors.Add("is not JSON, or names a field twice in one object. Correct the file.");
        }

        return null;
    }

    private static CatalogueEntry? Read(JsonElement element, bool builtIn, FieldErrors errors)
    {
        // A built-in file is compared with its shape by the tests of the build, not at every start.
        if (!builtIn && !HasShape(element, errors))
            return null;

        try
        {
            return new CatalogueEntry(element.Deserialize<ProviderDefinition>(CatalogueJson.Options)!, errors, builtIn);
        }
        catch (JsonException)
        {
            errors.Add("can't be read as a provider. Compare it with a built-in file.");
            return null;
        }
    }

    private static bool HasShape(JsonElement element, FieldErrors errors)
    {
        var found = new List<CatalogueError>();
        CatalogueShape.Check(element, errors.Into(found));
        errors.AddAll(found);
        return found.Count == 0;
    }
}
