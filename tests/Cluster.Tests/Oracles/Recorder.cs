using System.Collections.Concurrent;
using System.Diagnostics;
using ControlPlane.Cluster.Tests.Faults;

namespace ControlPlane.Cluster.Tests.Oracles;

/// <summary>Asks nodes for their gate, over and over, and writes down every answer; nothing is left out, and nothing is judged here.</summary>
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

    public void Watch(NodeProcess node) => _loops.Add(Task.Run(() => WatchAsync(node)));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
        _stop.Dispose();
    }

    private async Task WatchAsync(NodeProcess node)
    {
        while (!_stop.IsCancellationRequested)
        {
            var sentAt = _clock.Elapsed;
            try
            {
                var status = await node.AskAsync(_stop.Token);
                _sightings.Enqueue(new(node.Name, null, status.Epoch, status.Version, status.Open, sentAt, _clock.Elapsed));
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                // The node is gone, or hangs: it says nothing, and that opens nothing.
            }

            await Task.Delay(s_every, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
