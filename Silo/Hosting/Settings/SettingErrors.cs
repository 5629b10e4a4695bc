using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Silo.Hosting.Settings;

/// <summary>Reads sections, and gathers everything that is wrong with them.</summary>
internal sealed partial class SettingErrors
{
    private readonly List<string> _errors = [];

    public IReadOnlyList<string> All => _errors;

    public void Add(string error) => _errors.Add(error);

    public void AddRange(IEnumerable<string> errors) => _errors.AddRange(errors);

    /// <summary>Fills <paramref name="target"/> from a section. Each value of the wrong form is an error that names its key; the rest is bound.</summary>
    public T Bind<T>(IConfigurationSection section, T target)
        where T : class
    {
        var values = section.AsEnumerable().ToDictionary(StringComparer.OrdinalIgnoreCase);
        while (true)
        {
            try
            {
                new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection(section.Path).Bind(target);
                return target;
            }
            catch (InvalidOperationException e)
            {
                // The binder's text quotes the value; only the key is taken from it.
                var key = KeyInText().Match(e.Message) is { Success: true } match ? match.Groups["key"].Value : section.Path;
                Add($"{Name(key)}: must have the form of a {Form(e)}. Correct it, or remove the setting to take the default.");
                if (!values.Remove(key)) return target;
            }
        }
    }

    /// <summary>The name as a person sets it in the environment.</summary>
    public static string Name(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    private static string Form(InvalidOperationException e) =>
        e.Message.Contains("System.Boolean", StringComparison.Ordinal) ? "true or false"
        : e.Message.Contains("System.Uri", StringComparison.Ordinal) ? "whole address, such as https://host/path"
        : "number";

    [GeneratedRegex(@"at '(?<key>ControlPlane[^']*)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex KeyInText();
}
