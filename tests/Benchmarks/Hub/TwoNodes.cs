using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using ControlPlane.Abstractions;
using ControlPlane.Benchmarks.Ingest;
using ControlPlane.Benchmarks.Running;
using ControlPlane.Testing.Postgres;

namespace ControlPlane.Benchmarks.Hub;

/// <summary>Two nodes of a cluster, each a silo and an API in one process, on a PostgreSQL of their own. No gate needs a provider, so that the system
/// is open without keys.</summary>
internal sealed class TwoNodes : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("bench-two-nodes-");
    private readonly List<Process> _processes = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private PostgresServer? _postgres;

    private TwoNodes() => _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ControlPlaneUnderTest.Token);

    public IReadOnlyList<Uri> Addresses { get; } = [new($"http://127.0.0.1:{Ports.Free()}"), new($"http://127.0.0.1:{Ports.Free()}")];

    public static async Task<TwoNodes> StartAsync(CancellationToken cancellationToken)
    {
        var nodes = new TwoNodes();
        try
        {
            nodes._postgres = await PostgresServer.StartAsync();
            var database = await nodes._postgres.CreateDatabaseAsync("cluster");
            foreach (var address in nodes.Addresses) nodes.Launch(address, database);
            foreach (var address in nodes.Addresses) await nodes.UntilAsync(address, "\"system_status\":\"OK\"", cancellationToken);
            return nodes;
        }
        catch
        {
            await nodes.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills and returns the timestamps of the moments before the request was sent and after its answer was there.</summary>
    public async Task<(long Sent, long Answered)> KillAsync(CancellationToken cancellationToken)
    {
        var sent = Stopwatch.GetTimestamp();
        using var answer = await _http.PostAsJsonAsync(new Uri(Addresses[0], "/api/system/kill"), new { reason = "benchmark" }, cancellationToken);
        var answered = Stopwatch.GetTimestamp();
        answer.EnsureSuccessStatusCode();
        return (sent, answered);
    }

    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(Addresses[0], "/api/system/release"), new { reason = "benchmark" }, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _http.Dispose();
        if (_postgres is not null) await _postgres.DisposeAsync();
        _data.Delete(recursive: true);
    }

    private void Launch(Uri address, string database)
    {
        var info = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Api.dll"), "--urls", address.ToString()]) { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["ConnectionStrings__ControlPlane"] = database;
        info.Environment["ControlPlane__DataDirectory"] = Path.Combine(_data.FullName, $"{address.Port}");
        info.Environment["CONTROLPLANE_OPERATOR_TOKEN"] = ControlPlaneUnderTest.Token;
        foreach (var gate in (string[])[GateNames.DataFeeds, GateNames.Broker, GateNames.Llm]) info.Environment[$"ControlPlane__Policy__Gates__{gate}__Required"] = "false";
        var process = Process.Start(info)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
    }

    private async Task UntilAsync(Uri address, string text, CancellationToken cancellationToken)
    {
        var last = "";
        for (var tries = 0; tries < 400; tries++)
        {
            try
            {
                last = await _http.GetStringAsync(new Uri(address, "/api/system/status"), cancellationToken);
                if (last.Contains(text, StringComparison.Ordinal)) return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet, or not ready.
            }

            await Task.Delay(100, cancellationToken);
        }

        throw new InvalidOperationException($"The cluster did not open within 40 s: {last}");
    }
}
