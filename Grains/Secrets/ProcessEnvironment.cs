using System.Collections;

namespace ControlPlane.Grains.Secrets;

/// <summary>The variables of this process that could be secrets by their names' form.</summary>
internal static class ProcessEnvironment
{
    public static IReadOnlyDictionary<string, string> Read()
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            if (entry is { Key: string name, Value: string value } && SecretName.IsValid(name))
                values[name] = value;
        }
        return values;
    }
}
