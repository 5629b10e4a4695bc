using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ControlPlane.Benchmarks.Ingest;
using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Http;

/// <summary>Asks the same question over and over on connections that stay open, from a process of its own. It does so little itself that the
/// server's own cost shows: a client that works more than the server hides the difference between two servers.</summary>
internal static class HttpLoad
{
    public const string Worker = "http-load";

    private const int Chunked = -1;

    /// <summary>A timer's own step; a shorter delay is none.</summary>
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(1);

    /// <param name="P99Ms">From send, or from the moment when it was to be sent, to the last byte, in milliseconds.</param>
    /// <param name="Bytes">Size of an answer's body.</param>
    public sealed record Load(long Requests, double RequestsPerSecond, double P50Ms, double P99Ms, int Bytes);

    /// <summary>What stands before a token that is sent in place of the operator's.</summary>
    public const string TokenWord = "token=";

    /// <summary>Command: port, path, status that is due, connections, milliseconds, requests a second or 0 for as many as there can be, and an
    /// entity tag or a token or nothing.</summary>
    public static Task RunAsync(string[] args) => WorkerProcess.AnswerAsync(static async command =>
    {
        var parts = command.Split(' ');
        var (port, due, connections) = (Number(parts[0]), Number(parts[2]), Number(parts[3]));
        var span = TimeSpan.FromMilliseconds(Number(parts[4]));
        var between = Number(parts[5]) is > 0 and var rate ? TimeSpan.FromSeconds((double)connections / rate) : TimeSpan.Zero;
        var last = parts.Length > 6 ? parts[6] : "";
        var token = last.StartsWith(TokenWord, StringComparison.Ordinal) ? last[TokenWord.Length..] : ControlPlaneUnderTest.Token;
        var condition = last.Length > 0 && !last.StartsWith(TokenWord, StringComparison.Ordinal) ? $"If-None-Match: {last}\r\n" : "";
        var request = Encoding.ASCII.GetBytes(
            $"GET {parts[1]} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n{condition}\r\n");
        var from = Stopwatch.GetTimestamp();
        var taken = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => AskAsync(port, request, due, span, between))));
        var seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        var samples = taken.SelectMany(one => one.Samples).ToArray();
        return new Load(samples.Length, samples.Length / seconds, Statistics.Median(samples), Statistics.Percentile(samples, 0.99), taken[0].Bytes);
    });

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <param name="between">Time from one request of this connection to its next; zero asks as soon as it is answered.</param>
    private static async Task<(List<double> Samples, int Bytes)> AskAsync(int port, byte[] request, int due, TimeSpan span, TimeSpan between)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var (buffer, samples, from, bytes) = (new byte[256 * 1024], new List<double>(100_000), Stopwatch.GetTimestamp(), 0);
        var (next, woke) = (from, from);
        while (Stopwatch.GetElapsedTime(from) < span)
        {
            var sent = Stopwatch.GetTimestamp();
            if (between > TimeSpan.Zero)
            {
                if (next > sent)
                {
                    await Task.Delay(Stopwatch.GetElapsedTime(sent, next) + s_tick);
                    sent = woke = Stopwatch.GetTimestamp();
                }

                // It counts from when it was due: a slow answer delays the requests after it. That the timer woke us late is not the server's.
                sent = Math.Max(Math.Min(sent, next), woke);
                next += (long)(between.TotalSeconds * Stopwatch.Frequency);
            }

            await socket.SendAsync(request);
            bytes = await ReadAnswerAsync(socket, buffer, due);
            samples.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }

        return (samples, bytes);
    }

    /// <summary>Reads one answer to its end; returns the size of its body.</summary>
    /// <exception cref="InvalidOperationException">The answer is another one than is due.</exception>
    public static async Task<int> ReadAnswerAsync(Socket socket, byte[] buffer, int due)
    {
        var (have, head, body) = (0, -1, 0);
        while (head < 0 || (body == Chunked ? !buffer.AsSpan(head, have - head).EndsWith("0\r\n\r\n"u8) : have < head + body))
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(have));
            if (read == 0) throw new InvalidOperationException("The connection was closed.");
            have += read;
            if (head < 0) (head, body) = ReadHead(buffer.AsSpan(0, have), due);
        }

        return body == Chunked ? have - head : body;
    }

    /// <summary>Lengths of head and body, -1 while the head is not whole, and <see cref="Chunked"/> for a body that tells its end itself.</summary>
    /// <exception cref="InvalidOperationException">The answer is another one than is due: the figure would be that of something else.</exception>
    private static (int Head, int Body) ReadHead(ReadOnlySpan<byte> answer, int due)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return (-1, 0);
        if (!Utf8Parsed(answer["HTTP/1.1 ".Length..], out var status) || status != due) throw new InvalidOperationException($"The answer was {status} and not {due}.");
        if (status == 304) return (end + 4, 0);
        if (answer[..end].IndexOf("Transfer-Encoding: chunked"u8) >= 0) return (end + 4, Chunked);
        var at = answer[..end].IndexOf("Content-Length: "u8);
        if (at < 0 || !Utf8Parsed(answer[(at + "Content-Length: ".Length)..], out var length)) throw new InvalidOperationException("The answer has no length.");
        return (end + 4, length);
    }

    private static bool Utf8Parsed(ReadOnlySpan<byte> text, out int number) => System.Buffers.Text.Utf8Parser.TryParse(text, out number, out _);
}
