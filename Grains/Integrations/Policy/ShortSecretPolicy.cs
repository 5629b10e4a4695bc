using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Integrations.Policy;

/// <summary>Names the secrets of a provider that are too short to be kept out of logs by their value.</summary>
internal static class ShortSecretPolicy
{
    /// <summary>Null when there is none. It informs, and degrades nothing.</summary>
    public static Reason? Find(ProviderDefinition definition, IReadOnlyDictionary<string, Secret> values, DateTimeOffset now)
    {
        var found = definition.Variables.Where(v => v.Secret && values.TryGetValue(v.Name, out var value) && !SecretLength.IsRecognised(value.Reveal())).Select(v => v.Name).ToArray();
        return found.Length == 0
            ? null
            : new Reason(
                Codes.SecretNotRedacted,
                Severity.Info,
                $"{string.Join(" and ", found)} is too short to be found in texts, so it is not removed from logs by its value.",
                "Check the value. If the provider gives longer ones, take one of 8 characters or more (12 if they are digits alone).",
                now);
    }
}
