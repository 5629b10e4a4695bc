using ControlPlane.ProviderSimulator;

namespace ControlPlane.Api.Demo;

/// <summary>Everything outside the control plane, as far as the demo goes: the providers on a loopback port, a market, and keys that
/// they take.</summary>
internal sealed class DemoWorld : IAsyncDisposable
{
    /// <summary>Prices that give all bots something to do from the first seconds on.</summary>
    private const ulong LivelySeed = 2570;

    private DemoWorld(SimulatorHost simulator, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> keys)
    {
        Simulator = simulator;
        Providers = [.. keys.Keys];
        Variables = keys.Values.SelectMany(static values => values).ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal);
    }

    public SimulatorHost Simulator { get; }

    /// <summary>Those that have keys.</summary>
    public IReadOnlyList<string> Providers { get; }

    /// <summary>The made-up keys by variable.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; }

    public static async Task<DemoWorld> OpenAsync()
    {
        var options = new SimulatorOptions { Port = SimulatorOptions.DefaultPort, Market = new MarketOptions { Seed = LivelySeed } };
        SimulatorHost simulator;
        try
        {
            simulator = await SimulatorHost.StartAsync(options);
        }
        catch (IOException)
        {
            // The usual port is taken; the banner prints the chosen one.
            simulator = await SimulatorHost.StartAsync(options with { Port = 0 });
        }

        var keys = DemoKeys.Make();
        foreach (var (provider, values) in keys) simulator.SetKey(provider, values);
        return new DemoWorld(simulator, keys);
    }

    public ValueTask DisposeAsync() => Simulator.DisposeAsync();
}
