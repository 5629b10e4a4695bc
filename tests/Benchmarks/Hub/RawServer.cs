using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using ControlPlane.Benchmarks.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Benchmarks.Hub;

/// <summary>The peer: Kestrel's own WebSockets, and one frame of bytes that were made once, sent to everybody on all cores without waiting for
/// anybody. Commands: <c>load FILE</c>, <c>send</c>, <c>push COUNT</c>, <c>reset</c>.</summary>
internal static class RawServer
{
    public const string Worker = "hub-raw";

    /// <param name="At">Timestamp of the moment before the first frame.</param>
    public sealed record Sent(long At);

    public static async Task RunAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{args[0]}");
        await using var app = builder.Build();
        var sockets = new ConcurrentDictionary<WebSocket, bool>();
        var bytes = Array.Empty<byte>();
        using var control = new ControlLine();
        app.UseWebSockets();
        app.Run(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            sockets[socket] = true;
            await ReadToEndAsync(socket);
            sockets.TryRemove(socket, out _);
        });
        await app.StartAsync();
        await WorkerProcess.AnswerAsync(async command =>
        {
            var parts = command.Split(' ');
            switch (parts[0])
            {
                case "load":
                    bytes = await File.ReadAllBytesAsync(parts[1]);
                    return control.Port;
                case "send":
                    return await SendAsync([.. sockets.Keys], bytes);
                case "push":
                    var count = int.Parse(parts[1], CultureInfo.InvariantCulture);
                    WebSocket[] all = [.. sockets.Keys];
                    var from = Stopwatch.GetTimestamp();
                    for (var i = 0; i < count; i++)
                    {
                        await SendAsync(all, bytes);
                        await control.AllHeardAsync();
                    }

                    return Stopwatch.GetElapsedTime(from).TotalSeconds;
                default:
                    control.Reset();
                    while (!sockets.IsEmpty) await Task.Delay(10);
                    return control.Port;
            }
        });
    }

    private static async Task<Sent> SendAsync(WebSocket[] sockets, byte[] bytes)
    {
        var from = Stopwatch.GetTimestamp();
        await Task.WhenAll(sockets.Chunk((sockets.Length / Environment.ProcessorCount) + 1).Select(part => Task.Run(async () =>
        {
            var waiting = new List<Task>();
            foreach (var socket in part)
            {
                var sending = socket.SendAsync(bytes.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                if (!sending.IsCompletedSuccessfully) waiting.Add(sending.AsTask());
            }

            await Task.WhenAll(waiting);
        })));
        return new Sent(from);
    }

    private static async Task ReadToEndAsync(WebSocket socket)
    {
        try
        {
            while ((await socket.ReceiveAsync(new byte[128], CancellationToken.None)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (WebSocketException)
        {
            // The reader is gone.
        }
    }
}
