using System.Text.Json.Nodes;
using ControlPlane.Grains.Integrations.Catalogue;
using Json.Schema;

namespace ControlPlane.Grains.Tests.Integrations.Catalogue;

public sealed class CatalogueSchemaTests
{
    private static readonly string s_folder = Folder(new DirectoryInfo(AppContext.BaseDirectory));
    private static readonly JsonSchema s_schema = JsonSchema.FromText(File.ReadAllText(Path.Combine(s_folder, CatalogueSchema.FileName)));

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(s_folder, "*.json").Select(file => Path.GetFileName(file)).Where(name => name != CatalogueSchema.FileName).Order(StringComparer.Ordinal)];

    [Fact]
    public void CommittedSchema_IsThatOfTheTypes() =>
        Assert.Equal(CatalogueSchema.Write(), File.ReadAllText(Path.Combine(s_folder, CatalogueSchema.FileName)), ignoreLineEndingDifferences: true);

    [Theory]
    [MemberData(nameof(Files))]
    public void ProviderFile_NamesTheSchema_AndFollowsIt(string name)
    {
        var file = Read(name);
        Assert.Equal("./" + CatalogueSchema.FileName, file["$schema"]?.GetValue<string>());
        var result = s_schema.Evaluate(file, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(result.IsValid, string.Join('\n', result.Details.Where(detail => detail.Errors is not null).Select(detail => $"{detail.InstanceLocation}: {string.Join(' ', detail.Errors!.Values)}")));
    }

    [Theory]
    [InlineData("/category", "\"bank\"")]
    [InlineData("/id", "7")]
    [InlineData("/colour", "\"red\"")]
    [InlineData("/access/0/verify/outcomes/0/verdict", "\"good\"")]
    [InlineData("/variables/0/secret", "\"yes\"")]
    public void WrongField_IsRefused(string pointer, string value)
    {
        var file = Read("polygon.json");
        var parts = pointer.Split('/')[1..];
        JsonNode node = file;
        foreach (var part in parts[..^1]) node = node is JsonArray list ? list[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)]! : node[part]!;
        node[parts[^1]] = JsonNode.Parse(value);
        Assert.False(s_schema.Evaluate(file).IsValid);
    }

    private static string Folder(DirectoryInfo folder) => Path.Combine(folder.FullName, "Grains", "Integrations", "Catalogue", "Providers") is var path && Directory.Exists(path) ? path : Folder(folder.Parent!);

    private static JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(s_folder, name)), documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true })!;
}
