using ControlPlane.Abstractions;

namespace ControlPlane.SampleBots.Running;

/// <summary>What the control plane has on disk of the bot's orders at the gateway.</summary>
internal sealed class OrderLedger(IBotGrain bot)
{
    private const int Newest = 100;

    /// <summary>From then on an order that the broker does not have has not arrived; a request takes no longer on its way.</summary>
    private static readonly TimeSpan s_sureAfter = TimeSpan.FromMinutes(1);

    /// <summary>The id of the grant of an order; null when that can't be read.</summary>
    public async Task<string?> OrderIdAsync(string clientId) => (await RowsAsync()).FirstOrDefault(o => o.ClientOrderId == clientId)?.OrderId;

    /// <summary>Whether an order that the broker does not have is over: the control plane says so, or it was sent long ago.</summary>
    public async Task<bool> NeverArrivedAsync(string clientId, TimeSpan age) =>
        age >= s_sureAfter || (await RowsAsync()).Any(o => o.ClientOrderId == clientId && o.Status is not ("open" or "unknown"));

    /// <summary>Orders that were sent and whose end is not known.</summary>
    /// <exception cref="InvalidOperationException">They can't be read.</exception>
    public async Task<IReadOnlyList<OrderView>> OpenAsync(string symbol)
    {
        var page = await bot.GetOrders(openOnly: true, Newest, null);
        if (page.Code is not null) throw new InvalidOperationException(page.Code);
        return [.. page.Items.Where(o => o is { Provider: not null, ClientOrderId: not null } && o.Symbol == symbol)];
    }

    private async Task<IReadOnlyList<OrderView>> RowsAsync() => await bot.GetOrders(openOnly: false, Newest, null) is { Code: null } page ? page.Items : [];
}
