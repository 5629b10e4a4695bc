using System.Net;
using System.Text.Json.Nodes;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>A bot as docs/orders.md says to write one, over HTTP alone. Its broker fills everything at once.</summary>
internal sealed class BookBot(ApiClient api, string botId, string runnerId)
{
    private readonly string _bot = $"/api/bots/{botId}";
    private readonly string _life = Guid.NewGuid().ToString("N")[..8];
    private int _ids;

    public long Epoch { get; private set; }

    /// <summary>The trade that is open, and its order.</summary>
    public (string TradeId, string OrderId, decimal Quantity)? Holding { get; set; }

    public async Task<ApiAnswer> StartAsync(string? mode, bool reduceOnly = false)
    {
        object body = reduceOnly ? new { runner_id = runnerId, mode, reduce_only = true } : new { runner_id = runnerId, mode };
        var start = await api.Post($"{_bot}/runner/start", body);
        if (start.Status == HttpStatusCode.OK) Epoch = start["epoch"].GetValue<long>();
        return start;
    }

    public Task<ApiAnswer> HeartbeatAsync() => api.Post($"{_bot}/runner/heartbeat", new { runner_id = runnerId, epoch = Epoch });

    public async Task<bool> PermitAsync(string intent) => (await api.Get($"{_bot}/permit?intent={intent}&epoch={Epoch}"))["allowed"].GetValue<bool>();

    public Task<ApiAnswer> CheckAsync(string side, decimal quantity, string intent, decimal? price) => api.Post(
        $"{_bot}/orders/check", new { epoch = Epoch, client_order_id = $"c{Guid.NewGuid():N}", symbol = "ES", side, quantity, price, intent });

    /// <summary>Buys, and explains why: decision, trade and cycle share a trace.</summary>
    public async Task<ApiAnswer> EnterAsync(decimal quantity)
    {
        var check = await CheckAsync("buy", quantity, "open", 100);
        if (!check["allowed"].GetValue<bool>()) return check;
        var (id, trace) = ($"{_life}-{++_ids}", Guid.NewGuid().ToString("N"));
        var orderId = check["order_id"].GetValue<string>();
        await Taken(api.Post($"{_bot}/decisions", new { decision_id = $"d{id}", symbol = "ES", action = "buy", rationale = "It rises.", trace_id = trace }));
        await Taken(api.Post($"{_bot}/trades", new { trade_id = $"t{id}", order_id = orderId, symbol = "ES", side = "buy", quantity, price = 100, decision_id = $"d{id}", trace_id = trace }));
        await Taken(api.Post($"{_bot}/cycles", new { cycle_id = $"y{id}", outcome = "traded", signals = 1, survived_risk = 1, sent = 1, trace_id = trace }));
        await api.Post("/api/usage-events", new { bot_id = botId, provider = "polygon", operation = "GET /v3/quotes", status = "ok", trace_id = trace });
        Holding = ($"t{id}", orderId, quantity);
        return check;
    }

    /// <summary>Sells what it holds.</summary>
    public async Task<ApiAnswer> LeaveAsync()
    {
        var (tradeId, orderId, quantity) = Holding!.Value;
        var check = await CheckAsync("sell", quantity, "reduce", null);
        if (!check["allowed"].GetValue<bool>()) return check;
        await Taken(api.Post($"{_bot}/trades", new
        {
            trade_id = tradeId, order_id = orderId, close_order_id = check["order_id"].GetValue<string>(), symbol = "ES", side = "buy", quantity, price = 100, pnl = 1.5, closed_at = DateTime.UtcNow,
        }));
        Holding = null;
        return check;
    }

    /// <summary>What the broker has of it, after it was away.</summary>
    public Task<ApiAnswer> TellAccountAsync() => api.Post(
        $"{_bot}/account",
        new { as_of = DateTime.UtcNow, positions = Holding is { } h ? new[] { new { symbol = "ES", quantity = h.Quantity } } : [], open_orders = Array.Empty<string>() });

    public async Task<JsonArray> OpenOrdersAsync() => (await api.Get($"{_bot}/orders?status=open"))["items"].AsArray();

    private static async Task Taken(Task<ApiAnswer> sending)
    {
        var answer = await sending;
        Assert.True(answer.Status == HttpStatusCode.OK && answer["accepted"].GetValue<int>() == 1, answer.Text);
    }
}
