using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ControlPlane.Benchmarks.Ingest;
using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Http;

/// <summary>The program under test with providers that are connected, so that its gates are open, and with bots.</summary>
internal sealed class OpenSystem : IAsyncDisposable
{
    /// <summary>The one bot that runs.</summary>
    public const string Bot = "bench-0";
    private const string Runner = "bench-runner";
    private const int Registering = 256;
    private readonly WorkerProcess _providers;
    private readonly HttpClient _http;

    private OpenSystem(WorkerProcess providers, ControlPlaneUnderTest program)
    {
        (_providers, Program) = (providers, program);
        _http = new HttpClient { BaseAddress = program.Address };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ControlPlaneUnderTest.Token);
    }

    public ControlPlaneUnderTest Program { get; }

    /// <summary>Of the runner's lease.</summary>
    public long Epoch { get; private set; }

    /// <summary>Opens the provider gateway while the lease lives.</summary>
    public string LeaseToken { get; private set; } = "";

    /// <summary>Variables of the providers' keys and addresses, as the program has them.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <param name="bots">All are registered one by one through the API, as a user's would be.</param>
    /// <param name="settings">Further settings of the program.</param>
    public static async Task<OpenSystem> StartAsync(int bots, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? settings = null)
    {
        var providers = WorkerProcess.Start(SimulatedProviders.Worker);
        var environment = await providers.AskAsync<Dictionary<string, string>>("environment", cancellationToken);
        foreach (var (name, value) in settings ?? new Dictionary<string, string>()) environment[name] = value;
        var system = new OpenSystem(providers, await ControlPlaneUnderTest.StartAsync(cancellationToken, environment: environment)) { Environment = environment };
        await system.RegisterAsync(bots, cancellationToken);
        await system.StartRunnerAsync(cancellationToken);
        return system;
    }

    /// <summary>Renews the runner's lease, which outlives a round.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync($"/api/bots/{Bot}/runner/heartbeat", new { runner_id = Runner, epoch = Epoch }, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Arms or disarms LIVE, which touches no paper bot.</summary>
    public async Task LiveAsync(bool armed, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync($"/api/system/live/{(armed ? "arm" : "disarm")}", new { minutes = 60, reason = "benchmark" }, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Registers a bot anew, as an operator.</summary>
    public async Task ChangeAsync(string bot, object registration, CancellationToken cancellationToken)
    {
        using var answer = await _http.PutAsJsonAsync($"/api/bots/{bot}", registration, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) => (await _http.GetFromJsonAsync<JsonNode>(path, cancellationToken))!;

    /// <summary>The entity tag that an answer has now.</summary>
    public async Task<string> TagAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync(path, cancellationToken);
        return answer.Headers.ETag?.ToString() ?? throw new InvalidOperationException($"{path} has no entity tag.");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Program.DisposeAsync();
        await _providers.DisposeAsync();
    }

    private Task RegisterAsync(int bots, CancellationToken cancellationToken) => Parallel.ForAsync(
        0, bots, new ParallelOptions { MaxDegreeOfParallelism = Registering, CancellationToken = cancellationToken }, async (bot, token) =>
        {
            using var answer = await _http.PutAsJsonAsync($"/api/bots/bench-{bot}", new { name = $"Bench {bot}", requires = new[] { "polygon", "alpaca" } }, token);
            answer.EnsureSuccessStatusCode();
        });

    private async Task StartRunnerAsync(CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            using var answer = await _http.PostAsJsonAsync($"/api/bots/{Bot}/runner/start", new { runner_id = Runner, mode = "paper" }, cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                var granted = (await answer.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!;
                (Epoch, LeaseToken) = (granted["epoch"]!.GetValue<long>(), granted["lease"]!["token"]!.GetValue<string>());
                await RenewAsync(cancellationToken);
                return;
            }

            await Task.Delay(100, cancellationToken);
        }

        throw new InvalidOperationException("The system did not open within 30 s.");
    }
}
