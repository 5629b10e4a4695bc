using System.Diagnostics;
using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Hub;

/// <summary>A kill on two nodes. Ours: from the moment the kill's answer is there to the last client having heard BLOCKED, 0 when all heard before,
/// since the kill answers only when every node has taken it. The peer: from the moment before the first raw frame of the same bytes to the last of as
/// many clients of two servers. Beside it, for those who would not count from the answer: from the kill's request to the last.</summary>
internal sealed class KillMode(int clients) : IBenchmarkMode
{
    private const int KillsARound = 6;

    public string Name => $"kill-{clients}";

    public string Measures => $"from the kill's answer to the last of {clients:N0} hub clients of 2 nodes having heard BLOCKED, against raw WebSocket frames to the last of as many, ms";

    public async Task<IReadOnlyList<ModeResult>> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("bench-kill-");
        try
        {
            await using var nodes = await TwoNodes.StartAsync(cancellationToken);
            int[] ports = [Ports.Free(), Ports.Free()];
            await using var first = WorkerProcess.Start(RawServer.Worker, $"{ports[0]}");
            await using var second = WorkerProcess.Start(RawServer.Worker, $"{ports[1]}");
            await using var ours = WorkerProcess.Start(HubClients.Worker);
            await using var others = WorkerProcess.Start(HubClients.Worker);
            await ours.AskAsync<int>($"open hub {clients} 0 {string.Join(' ', nodes.Addresses)}", cancellationToken);

            var samples = new List<Sample>();
            samples.Add(await KillAsync(nodes, ours, cancellationToken));
            var message = Path.Combine(folder.FullName, "message");
            var bytes = await ours.AskAsync<int>($"save {message}", cancellationToken);
            foreach (var server in (WorkerProcess[])[first, second]) await server.AskAsync<int>($"load {message}", cancellationToken);
            await others.AskAsync<int>($"open raw {clients} 0 {string.Join(' ', ports.Select(port => $"http://127.0.0.1:{port}"))}", cancellationToken);

            var raw = new List<double>();
            samples.Clear();
            var taken = await Interleaved.RunAsync(
                rounds,
                async token =>
                {
                    var round = new List<Sample>();
                    for (var kill = 0; kill < KillsARound; kill++) round.Add(await KillAsync(nodes, ours, token));
                    samples.AddRange(round);
                    return Statistics.Median(round.Select(sample => sample.AfterAnswer));
                },
                async token =>
                {
                    var round = new List<double>();
                    for (var send = 0; send < KillsARound; send++) round.Add(await SendAsync([first, second], others, token));
                    raw.AddRange(round);
                    return Statistics.Median(round);
                },
                cancellationToken);
            var (counted, rawCounted) = (samples.Skip(KillsARound).ToList(), raw.Skip(KillsARound).ToList());
            return
            [
                new ModeResult(Name, "ms", clients == 100 ? "p50 <= 3, p99 <= 20" : "<= 1.25", taken, new Dictionary<string, double>
                {
                    ["bytes"] = bytes,
                    ["p50_ms"] = Statistics.Median(counted.Select(sample => sample.AfterAnswer)),
                    ["p99_ms"] = Statistics.Percentile(counted.Select(sample => sample.AfterAnswer), 0.99),
                    ["raw_p99_ms"] = Statistics.Percentile(rawCounted, 0.99),
                    ["request_to_last_p50_ms"] = Statistics.Median(counted.Select(sample => sample.AfterRequest)),
                    ["request_to_last_p99_ms"] = Statistics.Percentile(counted.Select(sample => sample.AfterRequest), 0.99),
                    ["request_to_answer_p50_ms"] = Statistics.Median(counted.Select(sample => sample.Answer)),
                    ["first_to_last_p50_ms"] = Statistics.Median(counted.Select(sample => sample.Spread)),
                    ["all_heard_before_the_answer"] = counted.Count(sample => sample.AfterAnswer == 0) / (double)counted.Count,
                }),
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed record Sample(double AfterAnswer, double AfterRequest, double Answer, double Spread);

    private static async Task<Sample> KillAsync(TwoNodes nodes, WorkerProcess clients, CancellationToken cancellationToken)
    {
        await clients.AskAsync<bool>("await \"engaged\":true", cancellationToken);
        var (sent, answered) = await nodes.KillAsync(cancellationToken);
        var heard = await clients.AskAsync<HubClients.AllHeard>("heard", cancellationToken);
        await clients.AskAsync<bool>("await \"system_status\":\"OK\"", cancellationToken);
        await nodes.ReleaseAsync(cancellationToken);
        await clients.AskAsync<HubClients.AllHeard>("heard", cancellationToken);
        return new(Math.Max(0, Ms(answered, heard.Times[^1])), Ms(sent, heard.Times[^1]), Ms(sent, answered), Ms(heard.Times[0], heard.Times[^1]));
    }

    /// <summary>Each server's time counts from its own first frame.</summary>
    private static async Task<double> SendAsync(WorkerProcess[] servers, WorkerProcess clients, CancellationToken cancellationToken)
    {
        await clients.AskAsync<bool>("await {", cancellationToken);
        var sent = await Task.WhenAll(servers.Select(server => server.AskAsync<RawServer.Sent>("send", cancellationToken)));
        var heard = await clients.AskAsync<HubClients.AllHeard>("heard", cancellationToken);
        return heard.LastByNode.Zip(sent, (last, send) => Ms(send.At, last)).Max();
    }

    private static double Ms(long from, long to) => (to - from) * 1000d / Stopwatch.Frequency;
}
