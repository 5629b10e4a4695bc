using System.Reflection;
using System.Text.Json;

namespace ControlPlane.ProviderSimulator.Scripts;

/// <summary>The scripts that come with the program.</summary>
internal static class ScriptLibrary
{
    private const string Folder = "Providers/";

    /// <exception cref="ScriptException">A script cannot be read or breaks a rule.</exception>
    public static IReadOnlyList<ProviderScript> LoadEmbedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(static name => name.StartsWith(Folder, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name => Load(assembly, name)),
        ];
    }

    /// <exception cref="ScriptException">The text is not a script.</exception>
    public static ProviderScript Parse(string file, string json)
    {
        try
        {
            return JsonSerializer.Deserialize<ProviderScript>(json, ProviderScriptJson.Options)
                ?? throw new ScriptException($"{file}: must be an object.");
        }
        catch (JsonException exception)
        {
            throw new ScriptException($"{file}: {exception.Path} (line {exception.LineNumber + 1}): {exception.Message}", exception);
        }
    }

    private static ProviderScript Load(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        var script = Parse(name, reader.ReadToEnd());
        ScriptValidator.Validate(script, name);
        return script.Id == Path.GetFileNameWithoutExtension(name)
            ? script
            : throw new ScriptException($"{name}: id: must be the name of the file.");
    }
}
