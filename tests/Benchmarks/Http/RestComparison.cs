using System.Diagnostics;
using System.Globalization;
using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Http;

/// <summary>A hot answer of the whole program against a static one of the same size on Kestrel, by the same client.</summary>
/// <param name="Path">What is asked for.</param>
/// <param name="Tag">Entity tag that the caller already has, or null.</param>
internal sealed record RestQuestion(string Path, string? Tag = null)
{
    public int Due => Tag is null ? 200 : 304;
}

/// <summary>Compares one question.</summary>
internal sealed class RestComparison(OpenSystem system, WorkerProcess peer, int peerPort, WorkerProcess load)
{
    private const int Connections = 16;
    private const int WarmUpMs = 2_000;

    /// <summary>A small body of the peer stands against an answer that has none.</summary>
    private const int LeastBytes = 128;

    public async Task<ModeResult> RunAsync(string mode, string goal, RestQuestion question, int rounds, int roundMs, CancellationToken cancellationToken)
    {
        // Long enough for the compiler to have done with both.
        var first = await OursAsync(question, WarmUpMs, cancellationToken);
        var answer = new RestQuestion($"/{Math.Max(first.Bytes, LeastBytes)}");
        await AskAsync(peerPort, answer, WarmUpMs, cancellationToken);
        var (p50, p99, ours, limit) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var taken = await Interleaved.RunAsync(
            rounds,
            async token =>
            {
                var (got, micros) = await CostAsync(system.Program.ProcessId, () => OursAsync(question, roundMs, token));
                p50.Add(got.P50Ms);
                p99.Add(got.P99Ms);
                ours.Add(micros);
                return got.RequestsPerSecond;
            },
            async token =>
            {
                var (got, micros) = await CostAsync(peer.ProcessId, () => AskAsync(peerPort, answer, roundMs, token));
                limit.Add(micros);
                return got.RequestsPerSecond;
            },
            cancellationToken);
        return new ModeResult(mode, "requests/s", goal, taken, new Dictionary<string, double>
        {
            ["p50_ms"] = Statistics.Median(p50),
            ["p99_ms"] = Statistics.Median(p99),
            ["bytes"] = first.Bytes,
            ["cpu_us_per_request"] = Statistics.Median(ours),
            ["limit_cpu_us_per_request"] = Statistics.Median(limit),
        });
    }

    private async Task<HttpLoad.Load> OursAsync(RestQuestion question, int milliseconds, CancellationToken cancellationToken)
    {
        await system.RenewAsync(cancellationToken);
        return await AskAsync(system.Program.Address.Port, question, milliseconds, cancellationToken);
    }

    private Task<HttpLoad.Load> AskAsync(int port, RestQuestion question, int milliseconds, CancellationToken cancellationToken) => load.AskAsync<HttpLoad.Load>(
        string.Create(CultureInfo.InvariantCulture, $"{port} {question.Path} {question.Due} {Connections} {milliseconds} {question.Tag}").TrimEnd(), cancellationToken);

    /// <summary>What the server's process spent on a request, in microseconds of processor time.</summary>
    private static async Task<(HttpLoad.Load Got, double Micros)> CostAsync(int processId, Func<Task<HttpLoad.Load>> ask)
    {
        using var process = Process.GetProcessById(processId);
        var before = process.TotalProcessorTime;
        var got = await ask();
        process.Refresh();
        return (got, (process.TotalProcessorTime - before).TotalMicroseconds / got.Requests);
    }
}
