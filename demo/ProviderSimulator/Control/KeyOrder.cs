using ControlPlane.ProviderSimulator.Keys;

namespace ControlPlane.ProviderSimulator.Control;

/// <summary>A key to register, or whose state to change.</summary>
internal sealed record KeyOrder
{
    public required IReadOnlyDictionary<string, string> Values { get; init; }
    public string State { get; init; } = KeyState.Active;
}
