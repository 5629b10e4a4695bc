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
    private const int MostLooks = 20;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(300);
    private const int PacedMs = 600;
    private const int PacedRounds = 3;

    /// <summary>A small body of the peer stands against an answer that has none.</summary>
    private const int LeastBytes = 128;

    public async Task<ModeResult> RunAsync(string mode, string goal, RestQuestion question, int rounds, int roundMs, CancellationToken cancellationToken)
    {
        // Long enough for the compiler to have seen what is hot in both.
        var first = await OursAsync(question, WarmUpMs, cancellationToken);
        var answer = new RestQuestion($"/{Math.Max(first.Bytes, LeastBytes)}");
        await AskAsync(peerPort, answer, WarmUpMs, cancellationToken);
        await SettleAsync(cancellationToken);
        var (p50, p99, limitP99, ours, limit) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
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
                limitP99.Add(got.P99Ms);
                limit.Add(micros);
                return got.RequestsPerSecond;
            },
            cancellationToken);
        var paced = await PacedAsync(question, answer, (int)(Statistics.Median(taken.Select(round => round.Limit)) / 2), cancellationToken);
        return new ModeResult(mode, "requests/s", goal, taken, new Dictionary<string, double>
        {
            ["p50_ms"] = Statistics.Median(p50),
            ["p99_ms"] = Statistics.Median(p99),
            ["limit_p99_ms"] = Statistics.Median(limitP99),
            ["paced_rate"] = paced.Rate,
            ["paced_p99_ms"] = paced.Ours,
            ["paced_limit_p99_ms"] = paced.Limit,
            ["bytes"] = first.Bytes,
            ["cpu_us_per_request"] = Statistics.Median(ours),
            ["limit_cpu_us_per_request"] = Statistics.Median(limit),
        });
    }

    /// <summary>At half of what the peer can: with both cores full, the slowest answers tell how long the queue is and not what the server does.</summary>
    private async Task<(double Rate, double Ours, double Limit)> PacedAsync(RestQuestion question, RestQuestion answer, int rate, CancellationToken cancellationToken)
    {
        var (asked, ours, limit) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < PacedRounds; round++)
        {
            var got = await OursAsync(question, PacedMs, cancellationToken, rate);
            asked.Add(got.RequestsPerSecond);
            ours.Add(got.P99Ms);
            limit.Add((await AskAsync(peerPort, answer, PacedMs, cancellationToken, rate)).P99Ms);
        }

        return (Statistics.Median(asked), Statistics.Median(ours), Statistics.Median(limit));
    }

    private async Task<HttpLoad.Load> OursAsync(RestQuestion question, int milliseconds, CancellationToken cancellationToken, int rate = 0)
    {
        await system.RenewAsync(cancellationToken);
        return await AskAsync(system.Program.Address.Port, question, milliseconds, cancellationToken, rate);
    }

    /// <param name="rate">Requests a second, or 0 for as many as there can be.</param>
    private Task<HttpLoad.Load> AskAsync(int port, RestQuestion question, int milliseconds, CancellationToken cancellationToken, int rate = 0) => load.AskAsync<HttpLoad.Load>(
        string.Create(CultureInfo.InvariantCulture, $"{port} {question.Path} {question.Due} {Connections} {milliseconds} {rate} {question.Tag}").TrimEnd(), cancellationToken);

    /// <summary>Waits until the program has done with what its start, the registrations and the warm-up have left to the compiler.</summary>
    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        using var process = Process.GetProcessById(system.Program.ProcessId);
        for (var looks = 0; looks < MostLooks; looks++)
        {
            var before = process.TotalProcessorTime;
            await Task.Delay(s_look, cancellationToken);
            process.Refresh();
            if (process.TotalProcessorTime - before < s_look / 10) return;
        }
    }

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
