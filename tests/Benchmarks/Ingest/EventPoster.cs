using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Benchmarks.Http;
using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Ingest;

/// <summary>Posts events from a process of its own. Requests are made before the clock starts, and sent over sockets: a client that works more
/// than the server hides what the server costs.</summary>
internal static class EventPoster
{
    public const string Worker = "event-poster";

    /// <param name="P50Ms">Median from send to acknowledgement, in milliseconds.</param>
    public sealed record Posted(double EventsPerSecond, double P50Ms);

    public static async Task RunAsync(string[] args)
    {
        var address = new Uri(args[0]);
        var open = new List<Socket>();
        await WorkerProcess.AnswerAsync(async command =>
        {
            var numbers = command.Split(' ').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
            while (open.Count < numbers[2])
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                open.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, address.Port);
            }

            return await PostAsync(address, open[..numbers[2]], events: numbers[0], perCall: numbers[1]);
        });
        open.ForEach(socket => socket.Dispose());
    }

    private static async Task<Posted> PostAsync(Uri address, IEnumerable<Socket> callers, int events, int perCall)
    {
        var requests = SampleEvents.Make(events).Chunk(perCall).Select(some => Request(address, Body(some))).ToArray();
        var samples = new double[requests.Length];
        var next = -1;
        var from = Stopwatch.GetTimestamp();
        await Task.WhenAll(callers.Select(socket => Task.Run(async () =>
        {
            var answer = new byte[64 * 1024];
            while (Interlocked.Increment(ref next) is var index && index < requests.Length)
            {
                var sent = Stopwatch.GetTimestamp();
                for (var rest = requests[index].AsMemory(); rest.Length > 0;) rest = rest[await socket.SendAsync(rest)..];
                await HttpLoad.ReadAnswerAsync(socket, answer, due: 200);
                samples[index] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
            }
        })));
        return new(events / Stopwatch.GetElapsedTime(from).TotalSeconds, Statistics.Median(samples));
    }

    private static byte[] Request(Uri address, byte[] body) =>
    [
        .. Encoding.ASCII.GetBytes(
            $"POST /api/usage-events HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {ControlPlaneUnderTest.Token}\r\n" +
            $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"),
        .. body,
    ];

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
