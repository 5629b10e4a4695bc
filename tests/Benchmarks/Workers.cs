using ControlPlane.Benchmarks.Bots;
using ControlPlane.Benchmarks.Gateway;
using ControlPlane.Benchmarks.Http;
using ControlPlane.Benchmarks.Hub;
using ControlPlane.Benchmarks.Ingest;
using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks;

/// <summary>What a worker process can be told to do: load generators and peers that must not share a process with what they measure.</summary>
internal static class Workers
{
    private static readonly Dictionary<string, Func<string[], Task>> s_workers = new(StringComparer.Ordinal)
    {
        [BotActivation.Worker] = BotActivation.RunAsync,
        [CopyClient.Worker] = CopyClient.RunAsync,
        [EventPoster.Worker] = EventPoster.RunAsync,
        [GatewayUpstream.Worker] = GatewayUpstream.RunAsync,
        [YarpPeer.Worker] = YarpPeer.RunAsync,
        [StreamLoad.Worker] = StreamLoad.RunAsync,
        [HttpLoad.Worker] = HttpLoad.RunAsync,
        [SimulatedProviders.Worker] = SimulatedProviders.RunAsync,
        [HubClients.Worker] = HubClients.RunAsync,
        [HubServer.Worker] = HubServer.RunAsync,
        [RawServer.Worker] = RawServer.RunAsync,
        [StaticServer.Worker] = StaticServer.RunAsync,
    };

    public static async Task<int> RunAsync(string name, string[] args)
    {
        if (!s_workers.TryGetValue(name, out var work))
        {
            await Console.Error.WriteLineAsync($"There is no worker '{name}'.");
            return 2;
        }

        await work(args);
        return 0;
    }
}
