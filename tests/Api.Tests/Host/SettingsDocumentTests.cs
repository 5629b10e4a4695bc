using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using ControlPlane.Api.Hosting;
using ControlPlane.Silo.Hosting.Settings;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Api.Tests.Host;

/// <summary>docs/settings.md tells every setting with the default that the program has.</summary>
public sealed partial class SettingsDocumentTests
{
    private static readonly string s_root = Root(new DirectoryInfo(AppContext.BaseDirectory));

    public static TheoryData<string, Type> Sections =>
    [
        .. KnownSettings.Sections.Select(s => (s.Section["ControlPlane:".Length..].Replace("*", "ID", StringComparison.Ordinal).Replace(":", "__", StringComparison.Ordinal), s.Options)),
        ("Session", typeof(SessionOptions)),
        ("Read", typeof(ReadOptions)),
        ("Live", typeof(LiveOptions)),
        ("Gateway", typeof(GatewayOptions)),
    ];

    public static TheoryData<string> Names => [.. KnownSettings.Names.Where(name => !name.EndsWith('*'))];

    [Theory]
    [MemberData(nameof(Sections))]
    public void Document_HoldsEverySettingOfTheSection_WithItsDefault(string section, Type type)
    {
        var documented = Documented(section);
        var options = Activator.CreateInstance(type)!;
        var actual = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(IsSetting).ToDictionary(p => p.Name, p => Text(p.GetValue(options)));

        Assert.NotEmpty(actual);
        Assert.Equal(actual.OrderBy(s => s.Key, StringComparer.Ordinal), documented.OrderBy(s => s.Key, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Document_TellsEverySettingThatIsReadByItsName(string name)
    {
        var text = File.ReadAllText(Path.Combine(s_root, "docs", "settings.md"));
        Assert.Contains($"__{name[(name.LastIndexOf(':') + 1)..]}`", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Documents_NameNoSettingThatTheProgramDoesNotKnow()
    {
        var texts = Directory.GetFiles(Path.Combine(s_root, "docs"), "*.md").Append(Path.Combine(s_root, "README.md")).Concat(Directory.GetFiles(Path.Combine(s_root, "deploy"), "*", SearchOption.AllDirectories));
        var named = texts.SelectMany(file => FullName().Matches(File.ReadAllText(file)).Select(m => m.Value)).Distinct(StringComparer.Ordinal).ToArray();

        Assert.True(named.Length > 20, "The pattern finds the settings of the documents no more.");
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(named.Select(n => KeyValuePair.Create(n.Replace("__", ":", StringComparison.Ordinal), (string?)"x"))).Build();
        Assert.Empty(UnknownSettings.Find(configuration, ApiSettings.Known));
    }

    private static string Root(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln")) ? folder.FullName : Root(folder.Parent ?? throw new InvalidOperationException("Not within the repository."));

    private static bool IsSetting(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return property.CanWrite && (type.IsPrimitive || type == typeof(decimal) || type == typeof(string) || type == typeof(Uri));
    }

    private static string Text(object? value) => value is bool flag ? (flag ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "-";

    private static Dictionary<string, string> Documented(string section)
    {
        var text = File.ReadAllText(Path.Combine(s_root, "docs", "settings.md"));
        var start = text.IndexOf($"`ControlPlane__{section}__...`", StringComparison.Ordinal);
        Assert.True(start >= 0, $"docs/settings.md has no section for ControlPlane__{section}.");
        var end = text.IndexOf("\n## ", start, StringComparison.Ordinal);
        return Row().Matches(end < 0 ? text[start..] : text[start..end]).ToDictionary(r => r.Groups[1].Value, r => r.Groups[2].Value);
    }

    // Not "ControlPlane__Risk__...", which stands for a section.
    [GeneratedRegex(@"\bControlPlane(__[A-Za-z0-9]+)+\b(?!_)", RegexOptions.ExplicitCapture)]
    private static partial Regex FullName();

    [GeneratedRegex(@"^\| `(\w+)` \| ([^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
