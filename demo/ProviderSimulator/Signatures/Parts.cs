using System.Collections.Frozen;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>Names of headers and parameters; letter case does not matter.</summary>
internal static class Parts
{
    public static IReadOnlySet<string> Of(params string[] names) => names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
