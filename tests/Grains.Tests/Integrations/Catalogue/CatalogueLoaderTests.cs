using System.Text.Json.Nodes;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Tests.Integrations.Catalogue;

public sealed class CatalogueLoaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("catalogue").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> BuiltInNames => [.. CatalogueLoader.BuiltInFiles().Keys];

    [Theory]
    [MemberData(nameof(BuiltInNames))]
    public void BuiltInFile_EachRule_Holds(string name)
    {
        var errors = new List<CatalogueError>();

        // As a user's file, for at a start only those are checked.
        var entries = CatalogueFile.Read(name, builtIn: false, CatalogueLoader.BuiltInFiles()[name], errors);
        try
        {
            var catalogue = CatalogueLoader.Check(entries, errors);
            Assert.Equal($"built-in:{Assert.Single(catalogue.Providers).Id}.json", name);
        }
        catch (CatalogueException broken)
        {
            Assert.Fail(broken.Message);
        }
    }

    [Fact]
    public void Load_BuiltInAlone_HasTheProvidersThatAreAlwaysThere()
    {
        var catalogue = CatalogueLoader.Load(userPath: null);
        string[] always = ["databento", "polygon", "ironbeam", "tradovate", "openai", "anthropic", "discord", "supabase", "alpaca", "oanda"];
        Assert.All(always, id => Assert.NotNull(catalogue.Find(id)));
        Assert.Equal(catalogue.Providers.Select(provider => provider.Id).Order(StringComparer.Ordinal), catalogue.Providers.Select(provider => provider.Id));
        Assert.Null(catalogue.Find("nobody"));
    }

    [Fact]
    public void Load_UsersFile_AddsItsProvider() =>
        Assert.NotNull(CatalogueLoader.Load(Write("mine.json", SampleCatalogue.Provider())).Find("sample"));

    [Fact]
    public void Load_UsersFolder_AddsEachFile()
    {
        Write("a.json", SampleCatalogue.Provider());
        Write("b.json", new JsonArray(SampleCatalogue.With("id", "\"other\"")));
        Write("c.txt", SampleCatalogue.With("id", "\"unread\""));

        var catalogue = CatalogueLoader.Load(_folder);

        Assert.NotNull(catalogue.Find("sample"));
        Assert.NotNull(catalogue.Find("other"));
        Assert.Null(catalogue.Find("unread"));
    }

    [Fact]
    public void Load_UsersFileBreaksShapeOrRule_IsRefusedWithBoth()
    {
        Write("a.json", SampleCatalogue.With("category", "\"nonsense\""));
        Write("b.json", SampleCatalogue.With("nonsense", "1"));

        var broken = Assert.Throws<CatalogueException>(() => CatalogueLoader.Load(_folder));

        Assert.Equal(["category", "nonsense"], broken.Errors.Select(error => error.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Load_UsersFileRedefinesBuiltIn_IsRefused()
    {
        var path = Write("mine.json", SampleCatalogue.With("id", "\"polygon\""));
        var broken = Assert.Throws<CatalogueException>(() => CatalogueLoader.Load(path));
        var error = Assert.Single(broken.Errors);
        Assert.Equal((path, "id"), (error.Path, error.Field));
        Assert.Contains("built-in", error.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MissingPath_NamesIt()
    {
        var path = Path.Combine(_folder, "nowhere");
        var broken = Assert.Throws<CatalogueException>(() => CatalogueLoader.Load(path));
        Assert.Equal(path, Assert.Single(broken.Errors).Path);
    }

    [Fact]
    public void Load_TooLargeFile_IsRefusedUnread()
    {
        var path = Path.Combine(_folder, "large.json");
        File.WriteAllText(path, new string(' ', 1024 * 1024 + 1));
        var broken = Assert.Throws<CatalogueException>(() => CatalogueLoader.Load(path));
        Assert.Contains("1 MiB", Assert.Single(broken.Errors).Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Catalogue_SameIdTwice_Throws()
    {
        var provider = SampleCatalogue.Load(SampleCatalogue.Provider().ToJsonString()).Providers[0];
        Assert.Throws<ArgumentException>(() => new ProviderCatalogue([provider, provider]));
    }

    private string Write(string name, JsonNode file)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, file.ToJsonString());
        return path;
    }
}
