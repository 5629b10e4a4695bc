using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Cluster.Tests.Faults.Links;

/// <summary>Which way is cut, as seen by the one who opened the connection.</summary>
[Flags]
internal enum Ways
{
    None = 0,
    Out = 1,
    Back = 2,
    Both = Out | Back,
}

/// <summary>A network path on loopback that can be cut, one way too, and that can lose segments. As with TCP nothing is lost for good:
/// what was sent into a cut arrives when it heals, late, and a lost segment costs the time until it is sent again.</summary>
internal sealed class Link : IAsyncDisposable
{
    /// <summary>After how long TCP sends a lost segment again; doubled each time.</summary>
    private static readonly TimeSpan s_resend = TimeSpan.FromMilliseconds(200);

    private readonly TcpListener _listener;
    private readonly IPEndPoint _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private volatile Ways _cut;
    private volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private double _loss;

    public Link(IPEndPoint at, IPEndPoint target)
    {
        _target = target;
        _listener = new TcpListener(at);
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    public void Cut(Ways ways)
    {
        _cut = ways;
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    /// <param name="share">Of the segments, 0 to 1.</param>
    public void Lose(double share) => Volatile.Write(ref _loss, share);

    public void Heal()
    {
        Lose(0);
        Cut(Ways.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                connections.RemoveAll(c => c.IsCompleted);
                connections.Add(Task.Run(() => CarryAsync(socket)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task CarryAsync(Socket near)
    {
        using var near_ = near;
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        near.NoDelay = far.NoDelay = true;
        try
        {
            await far.ConnectAsync(_target, _stop.Token);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            await Task.WhenAny(PumpAsync(near, far, Ways.Out, ended.Token), PumpAsync(far, near, Ways.Back, ended.Token));
            await ended.CancelAsync();
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // Nobody listens there, or the test is over: the near end hears of it below.
        }

        // A reset, not a polite end: as when the other process is gone.
        near.LingerState = far.LingerState = new LingerOption(enable: true, seconds: 0);
    }

    private async Task PumpAsync(Socket from, Socket to, Ways way, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, cancellationToken) is > 0 and var read)
            {
                await PassedAsync(way, cancellationToken);
                for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), cancellationToken);
            }

            // The end of a connection is a segment too.
            await PassedAsync(way, cancellationToken);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // One end is gone.
        }
    }

    /// <summary>Returns when a segment has got through.</summary>
    private async Task PassedAsync(Ways way, CancellationToken cancellationToken)
    {
        var resend = s_resend;
        while (Random.Shared.NextDouble() < Volatile.Read(ref _loss))
        {
            await Task.Delay(resend, cancellationToken);
            resend *= 2;
        }

        while (true)
        {
            var changed = _changed.Task;
            if ((_cut & way) == 0) return;
            await changed.WaitAsync(cancellationToken);
        }
    }
}
