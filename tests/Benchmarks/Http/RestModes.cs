using System.Net.Http.Headers;
using System.Net.Http.Json;
using ControlPlane.Benchmarks.Ingest;
using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Http;

/// <summary>A hot answer of the whole program against a static one of the same size, both by the same kind of client.</summary>
internal abstract class RestMode(string name, int bots, int requests, params string[] paths) : IBenchmarkMode
{
    private const int Callers = 16;
    private const int Registering = 64;

    public string Name => name;

    public string Measures => $"authenticated GET {string.Join(" and ", paths)} with the whole catalogue and {bots:N0} bots against Kestrel answering as many static bytes, requests/s";

    public async Task<IReadOnlyList<ModeResult>> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        await using var program = await ControlPlaneUnderTest.StartAsync(cancellationToken);
        await RegisterAsync(program, cancellationToken);
        var port = Ports.Free();
        await using var peer = WorkerProcess.Start(StaticServer.Worker, $"{port}");
        await peer.AskAsync<bool>("ready", cancellationToken);
        await using var getter = WorkerProcess.Start(HttpGetter.Worker);
        var results = new List<ModeResult>();
        foreach (var path in paths)
        {
            var ours = new Uri(program.Address, path);
            var first = await getter.AskAsync<HttpGetter.Got>($"{ours} {Callers} {Callers}", cancellationToken);
            var p99 = new List<double>();
            var taken = await Interleaved.RunAsync(
                rounds,
                async token =>
                {
                    var got = await getter.AskAsync<HttpGetter.Got>($"{ours} {requests} {Callers}", token);
                    p99.Add(got.P99Ms);
                    return got.RequestsPerSecond;
                },
                async token => (await getter.AskAsync<HttpGetter.Got>($"http://127.0.0.1:{port}/{first.Bytes} {requests} {Callers}", token)).RequestsPerSecond,
                cancellationToken);
            results.Add(new ModeResult($"{Name} {path}", "requests/s", ">= 0.9", taken, new Dictionary<string, double> { ["p99_ms"] = Statistics.Median(p99), ["bytes"] = first.Bytes }));
        }

        return results;
    }

    private async Task RegisterAsync(ControlPlaneUnderTest program, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = program.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ControlPlaneUnderTest.Token);
        await Parallel.ForAsync(0, bots, new ParallelOptions { MaxDegreeOfParallelism = Registering, CancellationToken = cancellationToken }, async (bot, token) =>
        {
            using var answer = await http.PutAsJsonAsync($"/api/bots/bench-{bot}", new { name = $"Bench {bot}" }, token);
            answer.EnsureSuccessStatusCode();
        });
    }
}

/// <summary>The two statuses that everybody reads.</summary>
internal sealed class StatusRestMode() : RestMode("status-rest", bots: 1_000, requests: 3_000, "/api/system/status", "/api/integrations/status");

/// <summary>A runner's question before every side effect.</summary>
internal sealed class GateRestMode() : RestMode("gate-rest", bots: 1, requests: 20_000, "/api/bots/bench-0/permit?intent=open&epoch=1");
