using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ControlPlane.Grains.Tests.Alerts.Commands;

/// <summary>An HTTP server on loopback that hands each request to a test, WebSockets too.</summary>
internal abstract class FakeChat : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _running;

    protected FakeChat()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _listener.Start();
        _running = RunAsync();
    }

    public int Port { get; }

    public Uri Url => new($"http://127.0.0.1:{Port}");

    /// <summary>Method, path and body of what came.</summary>
    public ConcurrentQueue<(string Method, string Path, string Body)> Taken { get; } = new();

    public IEnumerable<string> Bodies(string path) => Taken.Where(t => t.Path.EndsWith(path, StringComparison.Ordinal)).Select(t => t.Body);

    protected abstract Task TakeAsync(HttpListenerContext context, string body);

    protected static async Task AnswerAsync(HttpListenerContext context, string json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(json));
        context.Response.Close();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync()
    {
        while (true)
        {
            var context = await _listener.GetContextAsync();
            _ = OneAsync(context);
        }
    }

    private async Task OneAsync(HttpListenerContext context)
    {
        try
        {
            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var body = context.Request.IsWebSocketRequest ? "" : await reader.ReadToEndAsync();
            Taken.Enqueue((context.Request.HttpMethod, context.Request.Url!.AbsolutePath, body));
            await TakeAsync(context, body);
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException or System.Net.WebSockets.WebSocketException or OperationCanceledException)
        {
            // The other side has gone.
        }
    }
}
