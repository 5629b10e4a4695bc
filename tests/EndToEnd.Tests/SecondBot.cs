using System.Net;
using System.Text;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Another bot that trades in the accounts of a scene.</summary>
internal sealed class SecondBot : IAsyncDisposable
{
    private static readonly HttpClient s_http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(90) };
    private readonly CancellationTokenSource _stop = new();
    private readonly GatewayScene _gateway;
    private readonly string _bot;
    private Task _beating = Task.CompletedTask;
    private string _token = "";
    private long _epoch;

    private SecondBot(GatewayScene gateway, string bot) => (_gateway, _bot) = (gateway, bot);

    public static async Task<SecondBot> StartAsync(GatewayScene gateway, string bot, params string[] brokers)
    {
        var second = new SecondBot(gateway, bot);
        var registered = await gateway.Scene.Process.Operator.Put($"/api/bots/{bot}", new
        {
            name = bot, mode = "paper", requires = brokers, states_confidence = false, currency = "USD",
            risk_limits = new { max_orders_per_minute = 10_000, duplicate_order_seconds = 0, max_order_notional = 1_000_000, max_position_notional = 1_000_000, max_gross_notional = 10_000_000, max_open_orders = 1_000, price_collar_percent = 100 },
        });
        Assert.True(registered.Status == HttpStatusCode.OK, registered.Text);
        ApiAnswer? start = null;
        await Wait.UntilAsync(
            async () => (start = await gateway.Scene.Process.Runner.Post($"/api/bots/{bot}/runner/start", new { runner_id = "r2", mode = "paper" })).Status == HttpStatusCode.OK, () => $"a start: {start?.Text}");
        (second._epoch, second._token) = (start!["epoch"].GetValue<long>(), start["lease"]["token"]!.GetValue<string>());
        second._beating = second.BeatAsync();
        ApiAnswer? permit = null;
        await Wait.UntilAsync(
            async () => (permit = await gateway.Scene.Process.Runner.Get($"/api/bots/{bot}/permit?intent=open&epoch={second._epoch}"))["allowed"].GetValue<bool>(), () => $"it may trade: {permit?.Text}");
        return second;
    }

    public async Task<(HttpStatusCode Status, string Body, string? Refused)> SendAsync(BrokerCall call)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), new Uri(_gateway.Scene.Process.Address, $"/gateway/{call.Provider}{call.Path}"));
        request.Headers.Add("X-Control-Plane-Token", _token);
        if (call.Body is not null) request.Content = new StringContent(call.Body, Encoding.UTF8, call.Form ? "application/x-www-form-urlencoded" : "application/json");
        using var response = await s_http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.TryGetValues("X-Control-Plane-Refused", out var codes) ? codes.Single() : null);
    }

    public Task UntilFilledAsync(string clientId) => Wait.UntilAsync(
        async () => (await _gateway.Scene.Process.Viewer.Get($"/api/bots/{_bot}/orders?limit=500"))["items"].AsArray()
            .Any(order => order!["client_order_id"]?.GetValue<string>() == clientId && order["status"]!.GetValue<string>() == "filled"),
        () => $"{clientId} is filled");

    private async Task BeatAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await _gateway.Scene.Process.Runner.Post($"/api/bots/{_bot}/runner/heartbeat", new { runner_id = "r2", epoch = _epoch });
            await Task.Delay(500, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
