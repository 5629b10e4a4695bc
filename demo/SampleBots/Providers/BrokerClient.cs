using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using ControlPlane.Abstractions;

namespace ControlPlane.SampleBots.Providers;

/// <summary>A paper account at Alpaca.</summary>
internal sealed class BrokerClient(GatewayClient client)
{
    public const string Provider = "alpaca";

    public async Task<bool> IsMarketOpenAsync(CancellationToken cancel) =>
        client.Read(await GetAsync("v2/clock", cancel), static c => c.GetProperty("is_open").GetBoolean());

    /// <summary>Null when the account holds none of it. The list is asked for, since to ask for a position that is not there is an error.</summary>
    public async Task<BrokerPosition?> PositionAsync(string symbol, CancellationToken cancel) =>
        client.Read(await GetAsync("v2/positions", cancel), positions => positions.EnumerateArray()
            .Where(p => p.GetProperty("symbol").GetString() == symbol)
            .Select(static p => new BrokerPosition(Number(p, "qty") ?? 0, Number(p, "avg_entry_price") ?? 0))
            .FirstOrDefault());

    /// <summary>Sends a market order. The same client id again is the same order, so that a try whose answer was lost can be asked after.</summary>
    public async Task<BrokerOrder> SubmitAsync(string symbol, OrderSide side, decimal quantity, string clientId, CancellationToken cancel)
    {
        using var content = JsonContent.Create(new
        {
            symbol,
            qty = quantity.ToString(CultureInfo.InvariantCulture),
            side = side == OrderSide.Buy ? "buy" : "sell",
            type = "market",
            time_in_force = "day",
            client_order_id = clientId,
        });
        return client.Read(await client.SendAsync(HttpMethod.Post, "v2/orders", content, cancel), Order);
    }

    public async Task<BrokerOrder> OrderAsync(string id, CancellationToken cancel) =>
        client.Read(await GetAsync($"v2/orders/{Uri.EscapeDataString(id)}", cancel), Order);

    /// <summary>Null when the broker never took it.</summary>
    public async Task<BrokerOrder?> FindAsync(string clientId, CancellationToken cancel) =>
        await GetAsync($"v2/orders:by_client_order_id?client_order_id={Uri.EscapeDataString(clientId)}", cancel) is { } order
            ? client.Read(order, Order)
            : null;

    /// <summary>Asks to cancel; what became of the order must be asked afterwards.</summary>
    public Task CancelAsync(string id, CancellationToken cancel) =>
        client.SendAsync(HttpMethod.Delete, $"v2/orders/{Uri.EscapeDataString(id)}", null, cancel);

    private Task<JsonElement?> GetAsync(string path, CancellationToken cancel) =>
        client.SendAsync(HttpMethod.Get, path, null, cancel);

    private static BrokerOrder Order(JsonElement order) => new(
        order.GetProperty("id").GetString()!, order.GetProperty("status").GetString()!, Number(order, "filled_qty") ?? 0, Number(order, "filled_avg_price"));

    private static decimal? Number(JsonElement element, string name) =>
        element.GetProperty(name).GetString() is { } text ? decimal.Parse(text, CultureInfo.InvariantCulture) : null;
}
