using System.Collections.Concurrent;
using System.Diagnostics;
using ControlPlane.Cluster.Tests.Faults;

namespace ControlPlane.Cluster.Tests.Oracles;

/// <summary>Asks nodes for their gate, over and over, and writes down every answer; nothing is left out, and nothing is evaluated here.</summary>
internal sealed class Recorder : IAsyncDisposable
{
    private static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(25);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly ConcurrentQueue<Sighting> _sightings = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];

    public TimeSpan Now => _clock.Elapsed;

    public IReadOnlyCollection<Sighting> Sightings => _sightings;

    /// <summary>The last answer of a node, or null.</summary>
    public Sighting? Last(string node) => _sightings.Where(s => s.Node == node).MaxBy(s => s.SentAt);

    public void Watch(NodeProcess node) => _loops.Add(Task.Run(() => AskAsync(async sentAt =>
    {
        var status = await node.AskAsync(_stop.Token);
        return new(node.Name, null, status.Epoch, status.Version, status.Open, sentAt, _clock.Elapsed);
    })));

    /// <summary>Asks whether a bot may open, under the lease that its runner has at the moment; 0 for none yet.</summary>
    public void WatchBot(NodeProcess node, string bot, Func<long> lease) => _loops.Add(Task.Run(() => AskAsync(async sentAt =>
    {
        var held = lease();
        if (held == 0) return null;
        var permit = await node.CallAsync(HttpMethod.Get, $"/api/bots/{bot}/permit?intent=open&epoch={held}", null, _stop.Token);
        return new(
            node.Name, $"{bot}/{held}", permit["gate_epoch"]!.GetValue<long>(), permit["gate_version"]!.GetValue<long>(), permit["allowed"]!.GetValue<bool>(), sentAt, _clock.Elapsed);
    })));

    /// <summary>Listens as a page does, and comes back whenever the node does.</summary>
    public void WatchHub(NodeProcess node) => _loops.Add(Task.Run(() => new HubObserver(node, _clock, _sightings.Enqueue).RunAsync(_stop.Token)));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
        _stop.Dispose();
    }

    private async Task AskAsync(Func<TimeSpan, Task<Sighting?>> ask)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (await ask(_clock.Elapsed) is { } seen) _sightings.Enqueue(seen);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                // The node is gone, or hangs: it says nothing, and that opens nothing.
            }

            await Task.Delay(s_every, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
