using System.Text.Json;
using ControlPlane.ProviderSimulator.Control;

namespace ControlPlane.ProviderSimulator.Keys;

/// <summary>A file of keys by provider. Its errors name provider and rule, never a value.</summary>
internal static class KeysFile
{
    /// <exception cref="ScriptException">The file is not of the form.</exception>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<KeyOrder>>> ReadAsync(string file, CancellationToken cancel)
    {
        await using var stream = File.OpenRead(file);
        try
        {
            return await JsonSerializer.DeserializeAsync<Dictionary<string, IReadOnlyList<KeyOrder>>>(stream, ControlJson.Options, cancel)
                ?? throw new ScriptException($"{file}: must be an object of providers.");
        }
        catch (JsonException exception)
        {
            throw new ScriptException(
                $"{file}: line {exception.LineNumber + 1}: must be {{ \"provider\": [ {{ \"values\": {{ ... }}, \"state\": \"active\" }} ] }}.",
                exception);
        }
    }
}
