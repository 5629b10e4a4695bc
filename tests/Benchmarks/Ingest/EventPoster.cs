using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Ingest;

/// <summary>Posts events from a process of its own. Bodies are made before the clock starts.</summary>
internal static class EventPoster
{
    public const string Worker = "event-poster";

    /// <param name="P50Ms">Median from send to acknowledgement, in milliseconds.</param>
    public sealed record Posted(double EventsPerSecond, double P50Ms);

    public static async Task RunAsync(string[] args)
    {
        var address = new Uri(args[0]);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) }) { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ControlPlaneUnderTest.Token);
        await WorkerProcess.AnswerAsync(async command =>
        {
            var numbers = command.Split(' ').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
            return await PostAsync(http, events: numbers[0], perCall: numbers[1], callers: numbers[2]);
        });
    }

    private static async Task<Posted> PostAsync(HttpClient http, int events, int perCall, int callers)
    {
        var bodies = SampleEvents.Make(events).Chunk(perCall).Select(Body).ToArray();
        var samples = new double[bodies.Length];
        var next = -1;
        var from = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var index && index < bodies.Length)
            {
                var sent = Stopwatch.GetTimestamp();
                using var content = new ByteArrayContent(bodies[index]);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                using var answer = await http.PostAsync(new Uri("/api/usage-events", UriKind.Relative), content);
                if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"The control plane answered {(int)answer.StatusCode}.");
                samples[index] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
            }
        })));
        return new(events / Stopwatch.GetElapsedTime(from).TotalSeconds, Statistics.Median(samples));
    }

    private static byte[] Body(UsageEvent[] events)
    {
        var texts = events.Select(e => JsonSerializer.Serialize(new
        {
            event_id = e.EventId, occurred_at = e.OccurredAt.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), user_id = e.UserId, bot_id = e.BotId,
            provider = e.Provider, operation = e.Operation, status = e.Status == UsageStatus.Ok ? "ok" : "error", http_status = e.HttpStatus, latency_ms = e.LatencyMs,
            trace_id = e.TraceId,
        }));
        return Encoding.UTF8.GetBytes(events.Length == 1 ? texts.Single() : $"{{\"events\":[{string.Join(',', texts)}]}}");
    }
}
