using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The program with brokers whose order books are simulated, and a bot that holds nothing but its lease's token.</summary>
internal sealed class GatewayScene : IAsyncDisposable
{
    public const string Bot = "gateway-bot";
    private const string Coded = "bWFkZS11cC1zZWNyZXQtb2YtdGhlLW1hdHJpeC0wMDE=";
    private static readonly HttpClient s_http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(90) };

    private static readonly Dictionary<string, string> s_keys = new()
    {
        ["alpaca"] = "ALPACA_API_KEY=PKENDTOENDTESTS00001 ALPACA_SECRET_KEY=EndToEndAlpacaSecretOfTheTests0000000001",
        ["oanda"] = "OANDA_ACCESS_TOKEN=0123456789abcdef0123456789abcdef-fedcba9876543210fedcba9876543210",
        ["tradier"] = "TRADIER_ACCESS_TOKEN=EndToEndTradierTokenTests001",
        ["tradovate"] = "TRADOVATE_USERNAME=end-to-end TRADOVATE_PASSWORD=end-to-end-password-1 TRADOVATE_APP_ID=end-to-end-app TRADOVATE_CID=4711 TRADOVATE_SEC=end-to-end-sec-of-the-tests-0001",
        ["binance"] = "BINANCE_API_KEY BINANCE_API_SECRET",
        ["bybit"] = "BYBIT_API_KEY BYBIT_API_SECRET",
        ["okx"] = "OKX_API_KEY OKX_API_SECRET OKX_PASSPHRASE",
        ["kraken"] = $"KRAKEN_VERIFY_API_KEY KRAKEN_VERIFY_API_SECRET={Coded} KRAKEN_API_KEY KRAKEN_API_SECRET={Coded}",
    };

    private static readonly string[] s_others = ["polygon", "openai", "anthropic"];

    /// <summary>Variables that choose the environment in which nothing is real.</summary>
    private static readonly Dictionary<string, (string Name, string Value)[]> s_paper = new()
    {
        ["binance"] = [("BINANCE_ENV", "demo")],
        ["bybit"] = [("BYBIT_ENV", "demo")],
        ["okx"] = [("OKX_FLAG", "1")],
        ["oanda"] = [("OANDA_ACCOUNT_ID", "101-001-1234567-001")],
        ["tradier"] = [("TRADIER_ACCOUNT_ID", "VA00000001")],
    };

    private readonly CancellationTokenSource _stop = new();
    private Task _beating = Task.CompletedTask;

    public Scene Scene { get; private set; } = null!;

    /// <summary>Every provider that the scene holds a key of.</summary>
    public string[] Providers { get; private init; } = [];

    public long Epoch { get; private set; }

    public string Token { get; private set; } = "";

    /// <summary>Every provider key of the scene, by the name of its variable. Names of users and accounts are none.</summary>
    public Dictionary<string, string> Secrets { get; } = [];

    public static async Task<GatewayScene> OpenAsync(params string[] brokers)
    {
        var gateway = new GatewayScene { Providers = [.. s_others, .. brokers] };
        gateway.Scene = await Scene.OpenAsync(
            scene =>
            {
                scene.Settings["ControlPlane__Bots__RenewSeconds"] = "1";
                scene.Settings["ControlPlane__Gate__LeaseSeconds"] = "10";
                scene.Settings["ControlPlane__Verify__MinIntervalSeconds"] = "0";
                scene.Settings["ControlPlane__Policy__Gates__brokerConnected__AnyOf"] = string.Join(',', brokers);

                // Not every broker can tell whether a key may trade.
                foreach (var broker in brokers) scene.Settings[$"ControlPlane__Integrations__{broker}__AcceptUnknown"] = "true";
            },
            gateway.Providers);
        gateway.Hold("polygon", "POLYGON_API_KEY", "EndToEndPolygonKeyOfTheTests0001");
        gateway.Hold("openai", "OPENAI_API_KEY", "end-to-end-openai-key-of-the-tests-0001");
        gateway.Hold("anthropic", "ANTHROPIC_API_KEY", "sk-ant-api03-EndToEndAnthropicKeyOfTheTests0001");
        foreach (var broker in brokers)
        {
            var values = s_keys[broker].Split(' ').Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v.Length == 2 ? v[1] : $"made-up-{v[0].ToLowerInvariant().Replace('_', '-')}-0001");
            gateway.Scene.Simulator.SetKey(broker, values);
            foreach (var (name, value) in s_paper.GetValueOrDefault(broker, [])) gateway.Scene.SetSecret(name, value);
            foreach (var (name, value) in values)
            {
                gateway.Scene.SetSecret(name, value);
                if (name is not ("TRADOVATE_USERNAME" or "TRADOVATE_APP_ID" or "TRADOVATE_CID")) gateway.Secrets[name] = value;
            }
        }

        foreach (var broker in brokers) await gateway.Scene.Process.Viewer.UntilRow(broker, row => row["connected"]!.GetValue<bool>(), $"{broker} is connected");
        var registered = await gateway.Scene.Process.Operator.Put($"/api/bots/{Bot}", new
        {
            name = Bot, mode = "paper", requires = brokers, may_use = s_others, states_confidence = false, currency = "USD", instruments = new Dictionary<string, object> { ["ESZ6"] = new { multiplier = 1 } },
            risk_limits = new { max_orders_per_minute = 10_000, duplicate_order_seconds = 0, max_order_notional = 1_000_000, max_position_notional = 1_000_000, max_gross_notional = 10_000_000, max_open_orders = 1_000, price_collar_percent = 100 },
        });
        Assert.True(registered.Status == HttpStatusCode.OK, registered.Text);
        try
        {
            await gateway.StartBotAsync();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the runner and keeps its lease.</summary>
    public async Task StartBotAsync()
    {
        ApiAnswer? start = null;
        await Wait.UntilAsync(
            async () => (start = await Scene.Process.Runner.Post($"/api/bots/{Bot}/runner/start", new { runner_id = "r1", mode = "paper" })).Status == HttpStatusCode.OK, () => $"a start: {start?.Text}");
        Epoch = start!["epoch"].GetValue<long>();
        Token = start["lease"]["token"]!.GetValue<string>();
        if (_beating.IsCompleted) _beating = BeatAsync();
        await UntilPermittedAsync();
    }

    /// <summary>Waits until the bot may open.</summary>
    public async Task UntilPermittedAsync()
    {
        ApiAnswer? permit = null;
        await Wait.UntilAsync(
            async () => (permit = await Scene.Process.Runner.Get($"/api/bots/{Bot}/permit?intent=open&epoch={Epoch}"))["allowed"].GetValue<bool>(), () => $"it may trade: {permit?.Text}");
    }

    /// <summary>Releases the kill of the system.</summary>
    public async Task ReleaseAsync()
    {
        var released = await Scene.Process.Operator.Post("/api/system/release", new { reason = "a test" });
        Assert.True(released.Status == HttpStatusCode.OK, released.Text);
        await Scene.Process.Viewer.UntilStatus("OK");
    }

    private void Hold(string provider, string variable, string value)
    {
        Scene.Simulator.SetKey(provider, variable, value);
        Scene.SetSecret(variable, value);
        Secrets[variable] = value;
    }

    /// <summary>Makes a call. One that is refused because a busy machine let the gate's lease run out is made again: nothing was sent.</summary>
    public async Task<(HttpStatusCode Status, string Body, string? Refused)> SendAsync(BrokerCall call)
    {
        var end = DateTime.UtcNow.AddSeconds(60);
        while (true)
        {
            var answer = await OnceAsync(call);
            if (answer.Refused is not ("DATA_UNAVAILABLE" or "GATE_LEASE_EXPIRED" or "SUPERVISOR_LOOP_INACTIVE" or "TIMEOUT_WORKER_INACTIVE" or "RISK_ENGINE_DISCONNECTED") || DateTime.UtcNow > end) return answer;
            await Task.Delay(200);
        }
    }

    private async Task<(HttpStatusCode Status, string Body, string? Refused)> OnceAsync(BrokerCall call)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), new Uri(Scene.Process.Address, $"/gateway/{call.Provider}{call.Path}"));
        request.Headers.Add("X-Control-Plane-Token", Token);
        request.Headers.Add("Accept", "application/json");
        if (call.Body is not null) request.Content = new StringContent(call.Body, Encoding.UTF8, call.Form ? "application/x-www-form-urlencoded" : "application/json");
        using var response = await s_http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.TryGetValues("X-Control-Plane-Refused", out var codes) ? codes.Single() : null);
    }

    /// <summary>The control plane's own row of an order; null when it is not listed.</summary>
    public async Task<JsonNode?> OrderAsync(string clientId, bool openOnly = false) =>
        (await Scene.Process.Viewer.Get($"/api/bots/{Bot}/orders?limit=500{(openOnly ? "&status=open" : "")}"))["items"].AsArray().FirstOrDefault(o => o!["client_order_id"]?.GetValue<string>() == clientId);

    /// <summary>What the program has logged of the gateway.</summary>
    public string Log => string.Join('\n', Scene.Process.Output.Split('\n').Where(line => line.Contains("ControlPlane.Grains.Gateway", StringComparison.Ordinal) || line.Contains("ControlPlane.Api.Gateway", StringComparison.Ordinal)).Select(line => line[..Math.Min(400, line.Length)]));

    /// <summary>Waits until the control plane says that an order stands so.</summary>
    public async Task<JsonNode> UntilOrderAsync(string clientId, string status, double seconds = 120)
    {
        JsonNode? row = null;
        await Wait.UntilAsync(async () => (row = await OrderAsync(clientId))?["status"]?.GetValue<string>() == status, () => $"order {clientId} is {status}: {row?.ToJsonString()}", seconds);
        return row!;
    }

    private async Task BeatAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await Scene.Process.Runner.Post($"/api/bots/{Bot}/runner/heartbeat", new { runner_id = "r1", epoch = Epoch });
                await Task.Delay(500, _stop.Token);
            }
            catch (Exception) when (!_stop.IsCancellationRequested)
            {
                // The program is killed in some tests; the next one answers again.
                await Task.Delay(100);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        await Scene.DisposeAsync();
    }
}

/// <summary>Waits on the real clock, for the program does.</summary>
internal static class Wait
{
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> what, double seconds = 120)
    {
        var end = DateTime.UtcNow.AddSeconds(seconds);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < end, $"Not within {seconds} s: {what()}");
            await Task.Delay(100);
        }
    }
}
