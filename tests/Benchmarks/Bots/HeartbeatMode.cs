using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ControlPlane.Benchmarks.Failover;
using ControlPlane.Benchmarks.Running;
using ControlPlane.ProviderSimulator;
using ControlPlane.Testing.Postgres;

namespace ControlPlane.Benchmarks.Bots;

/// <summary>What many runners' heartbeats cost a permit: 500 bots of a cluster on PostgreSQL, each with a heartbeat every 2 s, against the same cluster
/// while they are silent. A round is 30 s of each, so that ten rounds are five minutes of heartbeats.</summary>
internal sealed class HeartbeatMode : IBenchmarkMode
{
    private const int Bots = 500;
    private const int Probes = 4;
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_half = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);

    public string Name => "heartbeats";

    public string Measures => $"p99 of a permit at a front end while {Bots} runners send a heartbeat every 2 s, against the same while they are silent, ms";

    public async Task<IReadOnlyList<ModeResult>> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var simulator = await SimulatorHost.StartAsync(cancel: cancellationToken);
        await using var cluster = await Installation.StartAsync(await postgres.CreateDatabaseAsync("bench"), simulator, fast: true, cancellationToken);
        while (!(await cluster.Nodes[^1].ReadAsync(cancellationToken)).Open) await Task.Delay(200, cancellationToken);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 64 }) { BaseAddress = cluster.Nodes[^1].Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Node.Token);
        var epochs = await StartAsync(http, cancellationToken);
        var taken = new List<Round>();
        var late = 0;
        for (var round = 0; round < rounds; round++)
        {
            // Silent runners keep their leases for 30 s: a heartbeat of each before and after.
            await Task.WhenAll(epochs.Select((epoch, bot) => BeatAsync(http, bot, epoch, cancellationToken)));
            var silent = await ProbeAsync(http, epochs, s_half - TimeSpan.FromSeconds(10), cancellationToken);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var beats = Task.WhenAll(epochs.Select((epoch, bot) => BeatAsync(http, bot, epoch, () => Interlocked.Increment(ref late), over.Token)));
            var busy = await ProbeAsync(http, epochs, s_half, cancellationToken);
            await over.CancelAsync();
            await beats;
            taken.Add(new Round(Statistics.Percentile(busy, 0.99), Statistics.Percentile(silent, 0.99)));
        }

        var also = new Dictionary<string, double> { ["heartbeats_over_1_s"] = late };
        for (var node = 0; node < cluster.Nodes.Count; node++) also[$"node_{node + 1}_mib"] = cluster.Nodes[node].MemoryMiB;
        return [new ModeResult(Name, "ms", "ours <= 5.7; <= 250 MiB a node", taken, also)];
    }

    private static async Task<long[]> StartAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var epochs = new long[Bots];
        await Parallel.ForAsync(0, Bots, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken }, async (bot, token) =>
        {
            using var registered = await http.PutAsJsonAsync($"/api/bots/beat-{bot}", new { name = $"Beat {bot}", requires = new[] { "polygon" } }, token);
            registered.EnsureSuccessStatusCode();
            using var started = await http.PostAsJsonAsync($"/api/bots/beat-{bot}/runner/start", new { runner_id = "beat", mode = "paper" }, token);
            started.EnsureSuccessStatusCode();
            epochs[bot] = (await started.Content.ReadFromJsonAsync<JsonNode>(token))!["epoch"]!.GetValue<long>();
        });
        return epochs;
    }

    private static async Task BeatAsync(HttpClient http, int bot, long epoch, Action late, CancellationToken cancellationToken)
    {
        // Runners don't beat in step.
        await Task.Delay(s_every * bot / Bots, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!cancellationToken.IsCancellationRequested)
        {
            var begun = Stopwatch.GetTimestamp();
            await BeatAsync(http, bot, epoch, CancellationToken.None);
            var took = Stopwatch.GetElapsedTime(begun);
            if (took > TimeSpan.FromSeconds(1)) late();
            if (took < s_every) await Task.Delay(s_every - took, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task BeatAsync(HttpClient http, int bot, long epoch, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync($"/api/bots/beat-{bot}/runner/heartbeat", new { runner_id = "beat", epoch }, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Permits, one after the other in a few places: a caller that waits for none of them would measure its own queue.</summary>
    private static async Task<List<double>> ProbeAsync(HttpClient http, long[] epochs, TimeSpan time, CancellationToken cancellationToken)
    {
        var until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var samples = await Task.WhenAll(Enumerable.Range(0, Probes).Select(async probe =>
        {
            var took = new List<double>();
            for (var i = probe; Stopwatch.GetTimestamp() < until; i += Probes)
            {
                var bot = i % Bots;
                var path = string.Create(CultureInfo.InvariantCulture, $"/api/bots/beat-{bot}/permit?intent=open&epoch={epochs[bot]}");
                var begun = Stopwatch.GetTimestamp();
                var permit = await http.GetFromJsonAsync<JsonNode>(path, cancellationToken);
                took.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                if (!permit!["allowed"]!.GetValue<bool>()) throw new InvalidOperationException($"A permit was refused: the figure would be that of a refusal. {permit}");
                await Task.Delay(s_pause, cancellationToken);
            }

            return took;
        }));
        return [.. samples.SelectMany(s => s)];
    }
}
