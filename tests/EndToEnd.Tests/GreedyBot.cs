using System.Collections.Concurrent;
using System.Diagnostics;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Something that was allowed, when it was asked for, and when the answer was there.</summary>
internal sealed record Allowance(string What, TimeSpan SentAt, TimeSpan ReceivedAt);

/// <summary>A bot that asks for everything that can be allowed, over and over: starts, heartbeats, permits and orders.</summary>
internal sealed class GreedyBot : IAsyncDisposable
{
    private static readonly string[] s_kinds = ["start", "heartbeat", "permit", "order"];
    private readonly ApiClient _client;
    private readonly string _bot;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly ConcurrentQueue<Allowance> _allowed = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private int _starts;

    private GreedyBot(ApiClient client, string bot) => (_client, _bot) = (client, bot);

    public TimeSpan Now => _clock.Elapsed;

    public IReadOnlyCollection<Allowance> Allowed => _allowed;

    public static async Task<GreedyBot> StartAsync(ControlPlaneProcess process, string bot)
    {
        Assert.True((int)(await process.Operator.Put($"/api/bots/{bot}", new { name = bot, requires = new[] { "polygon", "oanda" } })).Status is 200 or 201);
        var greedy = new GreedyBot(process.Runner, bot);
        greedy._running = Task.Run(greedy.RunAsync);
        return greedy;
    }

    /// <summary>Waits until each kind was allowed once more.</summary>
    public async Task UntilAllowedAsync()
    {
        var since = Now;
        while (!s_kinds.All(kind => _allowed.Any(a => a.What == kind && a.SentAt > since)))
        {
            Assert.True(Now - since < TimeSpan.FromSeconds(60), $"Since {since} only: {string.Join(", ", _allowed.Where(a => a.SentAt > since).Select(a => a.What).Distinct())}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
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
            // Another runner each time: starts of one runner are paced.
            var runner = $"r{_starts++}";
            var start = await AskAsync("start", () => Post("runner/start", new { runner_id = runner, mode = "paper" }), a => a.Body?["granted"]?.GetValue<bool>() == true);
            if (start is null)
            {
                await Task.Delay(20);
                continue;
            }

            var epoch = start["epoch"].GetValue<long>();
            for (var i = 0; i < 5 && !_stop.IsCancellationRequested; i++)
            {
                var heartbeat = AskAsync("heartbeat", () => Post("runner/heartbeat", new { runner_id = runner, epoch }), a => a.Body?["directive"]?.GetValue<string>() == "CONTINUE");
                var permit = AskAsync("permit", () => _client.Get($"/api/bots/{_bot}/permit?intent=open&epoch={epoch}"), a => a.Body?["allowed"]?.GetValue<bool>() == true);
                var order = AskAsync("order", () => Post("orders/check", new { symbol = "ES", side = "buy", quantity = 1, price = 100, intent = "open", epoch }), a => a.Body?["allowed"]?.GetValue<bool>() == true);
                await Task.WhenAll(heartbeat, permit, order);
                if ((await order)?.Body?["order_id"] is { } id) await Post($"orders/{id.GetValue<string>()}/report", new { status = "canceled" });
                await Task.Delay(20);
            }

            await Post("runner/stop", new { runner_id = runner, epoch });
        }
    }

    private async Task<ApiAnswer?> AskAsync(string what, Func<Task<ApiAnswer>> ask, Func<ApiAnswer, bool> allowed)
    {
        var sentAt = Now;
        var answer = await ask();
        if (!allowed(answer)) return null;
        _allowed.Enqueue(new(what, sentAt, Now));
        return answer;
    }

    private Task<ApiAnswer> Post(string path, object body) => _client.Post($"/api/bots/{_bot}/{path}", body);
}
