using ControlPlane.Api.Demo;
using ControlPlane.Benchmarks.Running;
using ControlPlane.ProviderSimulator;

namespace ControlPlane.Benchmarks.Http;

/// <summary>Providers on loopback that take a key each, in a process of their own, so that a system can really be open.</summary>
internal static class SimulatedProviders
{
    public const string Worker = "simulated-providers";

    /// <summary>Answers with the environment that the program under test needs.</summary>
    public static async Task RunAsync(string[] args)
    {
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Port = 0 });
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (provider, values) in DemoKeys.Make())
        {
            simulator.SetKey(provider, values);
            environment[$"ControlPlane__Integrations__{provider}__BaseUrl"] = simulator.BaseUrl(provider);
            foreach (var (name, value) in values) environment[name] = value;
        }

        await WorkerProcess.AnswerAsync(_ => Task.FromResult<object>(environment));
    }
}
