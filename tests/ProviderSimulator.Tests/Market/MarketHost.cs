using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.ProviderSimulator.Tests.Market;

/// <summary>The embedded scripts over a market whose clock the test holds, with one good key a provider.</summary>
internal sealed class MarketHost : IAsyncDisposable
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(20) };

    private MarketHost(SimulatorHost host, FakeTimeProvider time) => (Host, Time) = (host, time);

    public SimulatorHost Host { get; }

    public FakeTimeProvider Time { get; }

    public static async Task<MarketHost> StartAsync(MarketOptions? options = null)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 15, 0, 0, TimeSpan.Zero));
        var host = await SimulatorHost.StartAsync(new SimulatorOptions { Time = time, Market = options ?? new MarketOptions { Seed = 7, RejectOneIn = 0 } });
        host.SetKey("polygon", "POLYGON_API_KEY", "market-polygon-key");
        host.SetKey("openai", "OPENAI_API_KEY", "market-openai-key");
        host.SetKey("alpaca", new Dictionary<string, string> { ["ALPACA_API_KEY"] = "market-alpaca-key", ["ALPACA_SECRET_KEY"] = "market-alpaca-secret" });
        return new(host, time);
    }

    public Task<(int Status, JsonElement Body)> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public async Task<(int Status, JsonElement Body)> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, Host.Address + path);
        if (path.StartsWith("/alpaca/", StringComparison.Ordinal))
        {
            request.Headers.Add("APCA-API-KEY-ID", "market-alpaca-key");
            request.Headers.Add("APCA-API-SECRET-KEY", "market-alpaca-secret");
        }
        else
        {
            request.Headers.Add("Authorization", path.StartsWith("/openai/", StringComparison.Ordinal) ? "Bearer market-openai-key" : "Bearer market-polygon-key");
        }

        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, text.Length == 0 ? default : JsonElement.Parse(text));
    }

    public async Task<(decimal Bid, decimal Ask, long Nanoseconds)> QuoteAsync(string symbol)
    {
        var quote = (await GetAsync($"/polygon/v2/last/nbbo/{symbol}")).Body.GetProperty("results");
        return (quote.GetProperty("p").GetDecimal(), quote.GetProperty("P").GetDecimal(), quote.GetProperty("t").GetInt64());
    }

    public Task<(int Status, JsonElement Body)> OrderAsync(string side, decimal quantity, string? clientId = null, string symbol = "SIMA") =>
        SendAsync(HttpMethod.Post, "/alpaca/v2/orders", new
        {
            symbol,
            qty = $"{quantity}",
            side,
            type = "market",
            time_in_force = "day",
            client_order_id = clientId ?? Guid.NewGuid().ToString("N"),
        });

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Host.DisposeAsync();
    }
}
