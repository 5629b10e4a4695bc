using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace ControlPlane.Cluster.Tests.Faults.Kills;

/// <summary>Something that a node allowed. Times are of the recorder's clock.</summary>
internal sealed record Grant(string What, string Node, string Bot, TimeSpan SentAt, TimeSpan ReceivedAt);

/// <summary>What a node said of the switch and of LIVE, when it knew anything.</summary>
internal sealed record Switch(string Node, bool Engaged, bool Armed, TimeSpan SentAt, TimeSpan ReceivedAt);

/// <summary>A bot that asks one node for everything that a node can allow, over and over: starts, heartbeats, permits and orders. Whatever is allowed is written down.</summary>
internal sealed class Grants : IAsyncDisposable
{
    private static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(60);
    private readonly ClusterFixture _cluster;
    private readonly NodeProcess _node;
    private readonly string _bot;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Grant> _seen = new();
    private readonly ConcurrentQueue<Switch> _switches = new();
    private Task _running = Task.CompletedTask;
    private (string Runner, long Epoch) _lease;
    private int _starts;

    private Grants(ClusterFixture cluster, NodeProcess node, string bot) => (_cluster, _node, _bot) = (cluster, node, bot);

    public string Bot => _bot;

    public IReadOnlyCollection<Grant> Seen => _seen;

    public IReadOnlyCollection<Switch> Switches => _switches;

    public static async Task<Grants> StartAsync(ClusterFixture cluster, NodeProcess node, string bot)
    {
        var registered = await node.SendAsync(HttpMethod.Put, $"/api/bots/{bot}", new { name = bot, requires = new[] { "polygon", "oanda" } });
        Assert.True(registered["http_status"]!.GetValue<int>() is 200 or 201, registered.ToJsonString());
        var grants = new Grants(cluster, node, bot);
        cluster.Recorder.WatchBot(node, bot, () => grants._lease.Epoch);
        grants._running = Task.WhenAll(Task.Run(() => LoopAsync(grants.StepAsync, grants._stop.Token)), Task.Run(() => LoopAsync(grants.LookAsync, grants._stop.Token)));
        return grants;
    }

    /// <summary>Waits until each kind was allowed once more.</summary>
    public async Task UntilAllowedAsync()
    {
        var since = _cluster.Recorder.Now;
        string[] kinds = ["start", "heartbeat", "permit", "order"];
        await ClusterFixture.UntilAsync(
            () => kinds.All(kind => _seen.Any(g => g.What == kind && g.SentAt > since)),
            () => $"{_bot} at {_node.Name} is allowed {string.Join(", ", kinds.Where(kind => !_seen.Any(g => g.What == kind && g.SentAt > since)))}. Last: {_last?.ToJsonString()}\n{_node.Output}");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private JsonNode? _last;

    private static async Task LoopAsync(Func<Task> step, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await step();
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                // It is frozen, or gone: it allows nothing.
            }

            await Task.Delay(s_every, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync()
    {
        var sentAt = _cluster.Recorder.Now;
        var status = await _node.AskAsync(_stop.Token);
        var kill = status.Body["kill_switch"];
        if (status.ValidForMs == 0 || kill is null) return;
        _switches.Enqueue(new(_node.Name, kill["engaged"]!.GetValue<bool>(), status.Body["live_trading"]!["armed"]!.GetValue<bool>(), sentAt, _cluster.Recorder.Now));
    }

    private async Task StepAsync()
    {
        if (_lease.Epoch == 0)
        {
            // Another runner each time: starts of one runner are paced.
            var runner = $"r{_starts++}";
            var started = await AskAsync("start", () => PostAsync("runner/start", new { runner_id = runner, mode = "paper" }), a => a["granted"]?.GetValue<bool>() == true);
            if (started is not null) _lease = (runner, started["epoch"]!.GetValue<long>());
            return;
        }

        var (holder, epoch) = _lease;
        var heartbeat = AskAsync("heartbeat", () => PostAsync("runner/heartbeat", new { runner_id = holder, epoch }), a => a["directive"]?.GetValue<string>() == "CONTINUE");
        var permit = AskAsync("permit", () => _node.CallAsync(HttpMethod.Get, $"/api/bots/{_bot}/permit?intent=open&epoch={epoch}", null, _stop.Token), a => a["allowed"]?.GetValue<bool>() == true);
        var order = AskAsync("order", () => PostAsync("orders/check", new { symbol = "ES", side = "buy", quantity = 1, price = 100, intent = "open", epoch }), a => a["allowed"]?.GetValue<bool>() == true);
        await Task.WhenAll(heartbeat, permit, order);
        if ((await order)?["order_id"] is { } id) await PostAsync($"orders/{id.GetValue<string>()}/report", new { status = "canceled" });

        // It stops now and then, so that starts come at any moment too.
        if ((_fenced || _steps++ % 8 == 7) && await StopAsync(holder, epoch)) _lease = default;
    }

    private bool _fenced;
    private int _steps;

    private async Task<bool> StopAsync(string holder, long epoch)
    {
        _fenced = false;
        return (await PostAsync("runner/stop", new { runner_id = holder, epoch }))["http_status"]!.GetValue<int>() == 200;
    }

    /// <summary>The answer when it allows something, else null.</summary>
    private async Task<JsonNode?> AskAsync(string what, Func<Task<JsonNode>> ask, Func<JsonNode, bool> allowed)
    {
        var sentAt = _cluster.Recorder.Now;
        var answer = _last = await ask();
        if (answer["code"]?.GetValue<string>() == "LEASE_FENCED") _fenced = true;
        if (!allowed(answer)) return null;
        _seen.Enqueue(new(what, _node.Name, _bot, sentAt, _cluster.Recorder.Now));
        return answer;
    }

    private Task<JsonNode> PostAsync(string path, object body) => _node.CallAsync(HttpMethod.Post, $"/api/bots/{_bot}/{path}", body, _stop.Token);
}
