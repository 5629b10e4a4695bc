namespace ControlPlane.ProviderSimulator;

/// <summary>The ids of all log messages of this assembly. Each is used once over all assemblies; this one has 7000 to 7999.</summary>
internal static class EventIds
{
    public const int SimulatorStarted = 7001;
    public const int SimulatorKeysRead = 7002;
}
