namespace ControlPlane.ProviderSimulator;

/// <summary>What the simulator logs: names, never values.</summary>
internal static partial class SimulatorLog
{
    [LoggerMessage(EventIds.SimulatorStarted, LogLevel.Information, "Playing {Providers} providers on {Address}")]
    public static partial void Started(ILogger logger, int providers, string address);

    [LoggerMessage(EventIds.SimulatorKeysRead, LogLevel.Information, "{Provider}: {Keys} keys registered from the file")]
    public static partial void KeysRead(ILogger logger, string provider, int keys);
}
