using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Tests.Integrations.Catalogue;

/// <summary>A catalogue file that keeps every rule, and ways to break it.</summary>
internal static partial class SampleCatalogue
{
    public const string Path = "sample.json";

    public static JsonObject Provider() => JsonNode.Parse("""
        {
          "id": "sample",
          "name": "Sample",
          "category": "broker",
          "base_url": "https://api.sample.test/v1",
          "base_url_by": { "variable": "SAMPLE_ENV", "values": { "demo": "https://demo.sample.test/v1", "live": "https://api.sample.test/v1" } },
          "variables": [
            { "name": "SAMPLE_KEY", "aliases": ["SAMPLE_TOKEN"], "format": "^[a-z]{8}$", "hint": "Eight letters" },
            { "name": "SAMPLE_SECRET" },
            { "name": "SAMPLE_ENV", "secret": false, "default": "demo" },
            { "name": "SAMPLE_NOTE", "secret": false }
          ],
          "access": [
            {
              "name": "API key",
              "requires": ["SAMPLE_KEY", "SAMPLE_SECRET"],
              "verify": {
                "kind": "session",
                "request": { "path": "/me", "headers": { "Authorization": "Bearer {token}" } },
                "login": {
                  "request": { "method": "POST", "path": "/login", "json": { "key": "{SAMPLE_KEY}", "note": "{SAMPLE_NOTE}" } },
                  "token_path": "token",
                  "token_lifetime_s": 600,
                  "outcomes": [ { "status": [200], "when": { "type": "json_nonempty", "path": "token" }, "verdict": "valid" } ]
                },
                "min_interval_s": 60,
                "outcomes": [
                  { "status": [200], "when": { "type": "json_has", "path": "id" }, "verdict": "valid" },
                  { "status": [401], "verdict": "invalid", "code": "key_rejected" }
                ]
              }
            },
            {
              "name": "other key",
              "requires": ["SAMPLE_KEY"],
              "verify": {
                "request": { "path": "/keys/{SAMPLE_KEY}", "headers": { "X-Note": "{SAMPLE_NOTE}" } },
                "min_interval_s": 60,
                "outcomes": [ { "status": [200], "when": { "type": "json_has", "path": "id" }, "verdict": "valid" } ]
              }
            }
          ],
          "how_to_connect": ["Ask for a key."]
        }
        """)!.AsObject();

    /// <summary>Puts a JSON value at a place such as <c>access[0].name</c>; null removes what stands there.</summary>
    public static JsonObject With(string place, string? json)
    {
        var provider = Provider();
        var steps = Step().Matches(place).Select(match => match.Value).ToArray();
        JsonNode node = provider;
        foreach (var step in steps[..^1])
            node = step.StartsWith('[') ? node[int.Parse(step[1..^1])]! : node[step]!;

        var last = steps[^1];
        if (last.StartsWith('['))
            node.AsArray()[int.Parse(last[1..^1])] = JsonNode.Parse(json!);
        else if (json is null)
            node.AsObject().Remove(last);
        else
            node.AsObject()[last] = JsonNode.Parse(json);
        return provider;
    }

    public static IReadOnlyList<CatalogueError> Errors(JsonNode file) => Errors(file.ToJsonString());

    public static IReadOnlyList<CatalogueError> Errors(params string[] files)
    {
        try
        {
            Load(files);
            return [];
        }
        catch (CatalogueException broken)
        {
            return broken.Errors;
        }
    }

    public static ProviderCatalogue Load(params string[] files)
    {
        var errors = new List<CatalogueError>();
        var entries = files
            .SelectMany((file, index) => CatalogueFile.Read(index == 0 ? Path : $"{index}-{Path}", builtIn: false, Encoding.UTF8.GetBytes(file), errors))
            .ToList();
        return CatalogueLoader.Check(entries, errors);
    }

    [GeneratedRegex(@"\[\d+\]|[^.\[\]]+")]
    private static partial Regex Step();
}
