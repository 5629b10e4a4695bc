using System.Diagnostics;

namespace ControlPlane.Testing.Hub;

/// <summary>Many clients of one or more servers. What is asked of them is asked of all: who has heard, and when the last one had.</summary>
public sealed class HubCrowd : IDisposable
{
    private const int ConnectingAtOnce = 64;
    private readonly List<HubSocket> _clients = [];
    private readonly int[] _counts;
    private readonly TaskCompletionSource[] _subscribed;
    private readonly Uri[] _servers;
    private readonly int _each;
    private volatile HubMark? _mark;
    private long _systems;
    private byte[]? _last;

    /// <param name="clients">Over all servers, the same number at each.</param>
    public HubCrowd(Uri[] servers, int clients)
    {
        (_servers, _each) = (servers, clients / servers.Length);
        _counts = new int[servers.Length];
        _subscribed = [.. servers.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
    }

    public int Count => _each * _servers.Length;

    /// <summary>Called after every client has heard one more message about the system.</summary>
    public Action? AllHeard { get; set; }

    /// <summary>The last message about the system that anybody heard, with its separator; null when nobody has.</summary>
    public byte[]? LastSystem => _last;

    /// <summary>Connects everybody; with a token, returns when everybody has a snapshot.</summary>
    public async Task OpenAsync(string? token, CancellationToken cancellationToken = default)
    {
        var places = Enumerable.Range(0, Count).ToArray();
        await Parallel.ForEachAsync(places, new ParallelOptions { MaxDegreeOfParallelism = ConnectingAtOnce, CancellationToken = cancellationToken }, async (place, cancel) =>
        {
            var node = place % _servers.Length;
            var client = await HubSocket.OpenAsync(_servers[node], token, Hear, node, cancellationToken: cancel);
            lock (_clients) _clients.Add(client);
        });
        if (token is not null) await Task.WhenAll(_subscribed.Select(node => node.Task)).WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
    }

    /// <summary>From now on everybody has to hear a message about the system with these bytes in it.</summary>
    public HubMark Await(byte[] bytes) => _mark = new HubMark(bytes, _servers.Length, Count);

    public void Dispose()
    {
        foreach (var client in _clients) client.Dispose();
    }

    private void Hear(HubSocket client, ReadOnlySpan<byte> message)
    {
        if (message.StartsWith("{\"type\":3"u8))
        {
            if (Interlocked.Increment(ref _counts[client.Node]) == _each) _subscribed[client.Node].TrySetResult();
            return;
        }

        if (!message.StartsWith("{\"type\":1,\"target\":\"system\""u8)) return;
        if (_mark is { } mark && !ReferenceEquals(client.Tag, mark) && mark.IsIn(message))
        {
            client.Tag = mark;
            mark.Heard(client.Node, Stopwatch.GetTimestamp());
        }

        if (Interlocked.Increment(ref _systems) % Count != 0) return;
        _last = [.. message, 0x1e];
        AllHeard?.Invoke();
    }
}
