using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

/// <summary>A server on loopback that says exactly what a test tells it to, byte by byte.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Connection, Task> _answer;
    private readonly X509Certificate2? _certificate;
    private readonly Task _loop;

    public RawServer(Func<Connection, Task> answer, X509Certificate2? certificate = null)
    {
        _answer = answer;
        _certificate = certificate;
        _listener.Start();
        _loop = AcceptAsync();
    }

    public RawServer(string response) : this(connection => connection.SendAsync(response))
    {
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;
    public Uri Url => new($"http://127.0.0.1:{Port}");

    /// <summary>Head and body of every request, as received.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public static string Json(string body, int status = 200, string headers = "") =>
        Response(body, status, "application/json", headers);

    public static string Response(string body, int status, string contentType, string headers = "") =>
        $"HTTP/1.1 {status} X\r\nContent-Type: {contentType}\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
                open.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                Stream stream = client.GetStream();
                if (_certificate is not null)
                {
                    var secured = new SslStream(stream);
                    await secured.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
                    stream = secured;
                }

                var request = await ReadAsync(stream);
                Requests.Enqueue(request);
                await _answer(new Connection(client.Client, stream, request, _stop.Token));
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The client has left, which is what many of these tests are about.
        }
    }

    private async Task<string> ReadAsync(Stream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, _stop.Token);
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            var all = text.ToString();
            var head = all.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (read == 0 || (head >= 0 && all.Length - head - 4 >= BodyLength(all[..head])))
                return all;
        }
    }

    private static int BodyLength(string head) => head.Split("\r\n")
        .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
        .Select(line => int.Parse(line[15..].Trim()))
        .FirstOrDefault();

    internal sealed record Connection(Socket Socket, Stream Stream, string Request, CancellationToken Stopped)
    {
        public Task SendAsync(string text) => Stream.WriteAsync(Encoding.UTF8.GetBytes(text), Stopped).AsTask();

        public Task HangAsync() => Task.Delay(Timeout.Infinite, Stopped);

        public void Reset() => Socket.Close(0);
    }
}
