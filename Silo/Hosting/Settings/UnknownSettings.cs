using Microsoft.Extensions.Configuration;

namespace ControlPlane.Silo.Hosting.Settings;

/// <summary>Finds settings that nobody reads: with a letter wrong, a limit would not hold and nobody would know.</summary>
internal static class UnknownSettings
{
    private const string Root = "ControlPlane";

    /// <summary>One line for each, with the nearest known name. Never a value.</summary>
    /// <param name="known">Names with colons; <c>*</c> stands for any one part, a last <c>**</c> for any rest.</param>
    public static IEnumerable<string> Find(IConfiguration configuration, IReadOnlyCollection<string> known)
    {
        var patterns = known.Select(name => name.Split(':')).ToArray();
        return configuration.GetSection(Root).AsEnumerable()
            .Where(setting => setting.Value is not null && setting.Key != Root)
            .Select(setting => setting.Key)
            .Where(key => !patterns.Any(pattern => Matches(key.Split(':'), pattern)))
            .Order(StringComparer.OrdinalIgnoreCase)
            .Select(key => $"{SettingErrors.Name(key)}: is no setting.{Suggestion(key, patterns)}");
    }

    private static bool Matches(string[] key, string[] pattern) =>
        pattern[^1] == "**"
            ? key.Length >= pattern.Length && SameParts(key, pattern[..^1])
            : key.Length == pattern.Length && SameParts(key, pattern);

    private static bool SameParts(string[] key, string[] pattern) => key.Zip(pattern).All(p => p.Second == "*" || string.Equals(p.First, p.Second, StringComparison.OrdinalIgnoreCase));

    private static string Suggestion(string key, string[][] patterns)
    {
        var parts = key.Split(':');
        var names = patterns.Where(p => p[^1] != "**").Select(p => (Name: string.Join(':', p.Select((part, i) => part != "*" ? part : i < parts.Length ? parts[i] : "0")), Free: p[^1] == "*")).ToArray();
        var free = names.Where(n => n.Free).Select(n => n.Name).ToHashSet(StringComparer.Ordinal);
        return NearestName.Of(key, names.Select(n => n.Name), free.Contains) is { } near
            ? $" Did you mean {SettingErrors.Name(near)}?"
            : " Remove it, or correct its name: docs/settings.md lists them all.";
    }
}
