using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Hub;

/// <summary>Statuses to many readers of the hub, against raw frames of the same bytes to as many. The next one is sent when all have the last.
/// Both crowds stay connected throughout, so beats and pings of the hub go on while either is measured.</summary>
internal sealed class PushMode : IBenchmarkMode
{
    private const int Deliveries = 60_000;

    /// <summary>Before the first round: a program of this size takes longer than one round to be compiled for good.</summary>
    private const int WarmingUp = 2_500;
    private static readonly int[] s_crowds = [100, 1_000];

    public string Name => "push";

    public string Measures => "the system's status to 100 and 1,000 clients of the hub against raw WebSocket frames of the same bytes on Kestrel, deliveries/s; resident memory a connection";

    public async Task<IReadOnlyList<ModeResult>> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("bench-push-");
        try
        {
            var (hubPort, rawPort) = (Ports.Free(), Ports.Free());
            await using var hub = WorkerProcess.Start(HubServer.Worker, $"{hubPort}", Path.Combine(folder.FullName, "data"));
            await using var raw = WorkerProcess.Start(RawServer.Worker, $"{rawPort}");
            var control = await hub.AskAsync<int>("control", cancellationToken);
            var (results, memory) = (new List<ModeResult>(), new List<double>());
            foreach (var crowd in s_crowds)
            {
                await using var ours = WorkerProcess.Start(HubClients.Worker);
                await using var others = WorkerProcess.Start(HubClients.Worker);
                await ours.AskAsync<int>($"open hub {crowd} {control} http://127.0.0.1:{hubPort}", cancellationToken);
                await hub.AskAsync<double>("push 2", cancellationToken);
                var message = Path.Combine(folder.FullName, "message");
                var bytes = await ours.AskAsync<int>($"save {message}", cancellationToken);
                var rawControl = await raw.AskAsync<int>($"load {message}", cancellationToken);
                await others.AskAsync<int>($"open raw {crowd} {rawControl} http://127.0.0.1:{rawPort}", cancellationToken);

                var pushes = Deliveries / crowd;
                if (results.Count == 0)
                {
                    await hub.AskAsync<double>($"push {WarmingUp}", cancellationToken);
                    await raw.AskAsync<double>($"push {WarmingUp}", cancellationToken);
                }

                var taken = await Interleaved.RunAsync(
                    rounds,
                    async token => Deliveries / await hub.AskAsync<double>($"push {pushes}", token),
                    async token => Deliveries / await raw.AskAsync<double>($"push {pushes}", token),
                    cancellationToken);
                memory.Add(await hub.AskAsync<long>("memory", cancellationToken));
                results.Add(new ModeResult($"{Name}-{crowd}", "deliveries/s", ">= 0.4", taken, new Dictionary<string, double> { ["bytes"] = bytes }));
                await ours.AskAsync<bool>("close", cancellationToken);
                await others.AskAsync<bool>("close", cancellationToken);
                await hub.AskAsync<bool>("reset", cancellationToken);
                await raw.AskAsync<int>("reset", cancellationToken);
            }

            // What the second crowd takes more than the first, both after the same work.
            var each = (memory[1] - memory[0]) / (s_crowds[1] - s_crowds[0]) / 1024;
            results[1] = results[1] with { Goal = ">= 0.4; <= 64 KiB", Also = new Dictionary<string, double>(results[1].Also!) { ["resident_kib_a_connection"] = each } };
            return results;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
