using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Gateway;

/// <summary>A client of streams, in a process of its own: how soon the first event is there, and many streams that say nothing.</summary>
internal static class StreamLoad
{
    public const string Worker = "stream-load";

    /// <summary>Commands: <c>first PORT PATH TOKEN COUNT</c> answers the median of the milliseconds to the first event; <c>hold PORT PATH TOKEN COUNT</c>
    /// opens streams and keeps them; <c>drop</c> ends them.</summary>
    public static Task RunAsync(string[] args)
    {
        var held = new List<Socket>();
        return WorkerProcess.AnswerAsync(async command =>
        {
            var parts = command.Split(' ');
            if (parts[0] == "drop")
            {
                foreach (var socket in held) socket.Dispose();
                held.Clear();
                return 0d;
            }

            var port = int.Parse(parts[1], CultureInfo.InvariantCulture);
            var request = Encoding.ASCII.GetBytes($"GET {parts[2]} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {parts[3]}\r\nAccept: text/event-stream\r\n\r\n");
            var samples = new List<double>();
            for (var i = 0; i < int.Parse(parts[4], CultureInfo.InvariantCulture); i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, port);
                var from = Stopwatch.GetTimestamp();
                await socket.SendAsync(request);
                await FirstEventAsync(socket);
                samples.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
                if (parts[0] == "hold") held.Add(socket);
                else socket.Dispose();
            }

            return Statistics.Median(samples);
        });
    }

    private static async Task FirstEventAsync(Socket socket)
    {
        var buffer = new byte[4096];
        var have = 0;
        while (buffer.AsSpan(0, have).IndexOf("data: "u8) < 0)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(have));
            if (read == 0) throw new InvalidOperationException("The stream ended before its first event: " + Encoding.ASCII.GetString(buffer, 0, have));
            have += read;
        }

        if (buffer.AsSpan(0, have).IndexOf("HTTP/1.1 200"u8) != 0) throw new InvalidOperationException("The stream was refused.");
    }
}
