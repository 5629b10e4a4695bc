using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using ControlPlane.Api.Hosting;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Bots;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.SystemLimits;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Usage;

namespace ControlPlane.Api.Tests.Host;

/// <summary>docs/settings.md tells every setting with the default that the program has.</summary>
public sealed partial class SettingsDocumentTests
{
    private static readonly string s_root = Root(new DirectoryInfo(AppContext.BaseDirectory));

    public static TheoryData<string, Type> Sections => new()
    {
        { "Verify", typeof(VerifyOptions) },
        { "Integrations__ID", typeof(IntegrationOptions) },
        { "Network", typeof(NetworkOptions) },
        { "Gate", typeof(GateOptions) },
        { "Bots", typeof(RunnerOptions) },
        { "Risk", typeof(RiskOptions) },
        { "Risk__System", typeof(SystemRiskOptions) },
        { "Usage", typeof(UsageOptions) },
        { "Traces", typeof(TraceOptions) },
        { "Autonomy", typeof(AutonomyOptions) },
        { "Secrets", typeof(SecretSourceOptions) },
        { "Session", typeof(SessionOptions) },
        { "Read", typeof(ReadOptions) },
        { "Live", typeof(LiveOptions) },
    };

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

    [GeneratedRegex(@"^\| `(\w+)` \| ([^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
