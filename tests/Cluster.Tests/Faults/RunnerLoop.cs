using System.Diagnostics;
using System.Text.Json.Nodes;
using ControlPlane.Cluster.Tests.Oracles;

namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>A bot's runner: starts, asks before every act on whichever front end answers, renews its lease, and starts again when it is fenced.
/// A lease that was replaced may pass nothing any more, and the oracle is told so.</summary>
internal sealed class RunnerLoop : IAsyncDisposable
{
    private static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(250);
    private readonly ClusterFixture _cluster;
    private readonly string _bot;
    private readonly NodeProcess[] _fronts;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private int _front;
    private long _epoch;
    private long _last;
    private long _acts;

    private RunnerLoop(ClusterFixture cluster, string bot, NodeProcess[] fronts) => (_cluster, _bot, _fronts) = (cluster, bot, fronts);

    /// <summary>Of the lease that it holds; 0 without one.</summary>
    public long Epoch => Interlocked.Read(ref _epoch);

    /// <summary>How often it was permitted to act.</summary>
    public long Acts => Interlocked.Read(ref _acts);

    /// <summary>Registers the bot and sets off; every front end is asked for its permit as well, by the recorder.</summary>
    public static async Task<RunnerLoop> StartAsync(ClusterFixture cluster, string bot, params NodeProcess[] fronts)
    {
        var loop = new RunnerLoop(cluster, bot, fronts);
        var registered = await fronts[0].SendAsync(HttpMethod.Put, $"/api/bots/{bot}", new { name = bot, requires = new[] { "polygon", "oanda" } });
        Assert.True(registered["http_status"]!.GetValue<int>() is 200 or 201, registered.ToJsonString());
        foreach (var front in fronts) cluster.Recorder.WatchBot(front, bot, () => loop.Epoch);
        loop._running = Task.Run(loop.RunAsync);
        return loop;
    }

    /// <summary>Waits until it was permitted once more than it has been by now.</summary>
    public async Task UntilActsAsync()
    {
        var (before, clock) = (Acts, Stopwatch.StartNew());
        while (Acts <= before)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"The runner of {_bot} was not permitted to act within 60 s. {string.Join('\n', _fronts.Select(f => f.Output))}");
            await ClusterFixture.Pass(TimeSpan.FromMilliseconds(50));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await StepAsync();
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                // That front end is gone: the next one is asked.
                _front++;
            }

            await Task.Delay(s_every, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task StepAsync()
    {
        if (Epoch == 0)
        {
            var start = await PostAsync("start", new { runner_id = "loop", mode = "paper" });
            if (start["granted"]?.GetValue<bool>() != true) return;
            if (_last > 0) _cluster.Fenced($"{_bot}/{_last}", _cluster.Recorder.Now + ClusterFixture.Lease);
            Interlocked.Exchange(ref _epoch, _last = start["epoch"]!.GetValue<long>());
        }

        var heartbeat = await PostAsync("heartbeat", new { runner_id = "loop", epoch = Epoch });
        if (heartbeat["http_status"]!.GetValue<int>() == 409) Interlocked.Exchange(ref _epoch, 0);
        else if ((await PermitAsync())["allowed"]!.GetValue<bool>()) Interlocked.Increment(ref _acts);
    }

    private Task<JsonNode> PermitAsync() => Front.CallAsync(HttpMethod.Get, $"/api/bots/{_bot}/permit?intent=open&epoch={Epoch}", null, _stop.Token);

    private Task<JsonNode> PostAsync(string call, object body) => Front.CallAsync(HttpMethod.Post, $"/api/bots/{_bot}/runner/{call}", body, _stop.Token);

    private NodeProcess Front => _fronts[_front % _fronts.Length];
}
