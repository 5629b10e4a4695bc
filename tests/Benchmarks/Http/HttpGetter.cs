using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using ControlPlane.Benchmarks.Ingest;
using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Http;

/// <summary>Gets one address again and again, from a process of its own.</summary>
internal static class HttpGetter
{
    public const string Worker = "http-getter";

    /// <param name="P99Ms">From send to the whole answer, in milliseconds.</param>
    /// <param name="Bytes">Size of the last answer's body.</param>
    public sealed record Got(double RequestsPerSecond, double P99Ms, int Bytes);

    public static async Task RunAsync(string[] args)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ControlPlaneUnderTest.Token);
        await WorkerProcess.AnswerAsync(async command =>
        {
            var parts = command.Split(' ');
            return await GetAsync(http, new Uri(parts[0]), int.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture));
        });
    }

    private static async Task<Got> GetAsync(HttpClient http, Uri address, int requests, int callers)
    {
        var samples = new double[requests];
        var (next, bytes) = (-1, 0);
        var from = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var index && index < requests)
            {
                var sent = Stopwatch.GetTimestamp();
                var body = await http.GetByteArrayAsync(address);
                samples[index] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
                bytes = body.Length;
            }
        })));
        var seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        Array.Sort(samples);
        return new(requests / seconds, samples[(int)(requests * 0.99)], bytes);
    }
}
