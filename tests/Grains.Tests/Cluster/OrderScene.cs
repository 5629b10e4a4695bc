using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>A bot with a lease in an open system, and the orders it asks about.</summary>
internal static class OrderScene
{
    /// <summary>Under no lease yet: <see cref="Ask"/> gives it the bot's present one.</summary>
    public static readonly OrderCheck Order = new("ES", OrderSide.Buy, 1, 100, OrderIntent.Open, 1, null);
    public static readonly OrderCheck Exit = new("ES", OrderSide.Sell, 1, 100, OrderIntent.Reduce, 1, null);

    public static ImmutableSortedDictionary<string, decimal> Limits(Dictionary<string, decimal> limits) => limits.ToImmutableSortedDictionary(StringComparer.Ordinal);

    public static TradeTrace Trade(ControlPlaneCluster cluster, string id, decimal quantity) =>
        new(id, "ES", OrderSide.Buy, quantity, 100, null, cluster.Clock.GetUtcNow(), null, null, null);

    /// <summary>Asks under the bot's present lease, unless the order names the epoch of one.</summary>
    public static async Task<OrderAnswer> Ask(this IBotGrain bot, OrderCheck order) =>
        await bot.CheckOrder(order.Epoch is > 0 and < 1_000 ? order with { Epoch = (await bot.Get())!.Runner.Epoch } : order);

    public static string Told(OrderAnswer answer) => string.Join(", ", answer.Refusals.Select(r => $"{r.Code} {r.Rule} {r.Message}"));

    public static async Task<ControlPlaneCluster> Ready(Action<ControlPlaneCluster>? setup = null)
    {
        var cluster = await ControlPlaneCluster.StartAsync(setup);
        cluster.SetAllKeys();
        await cluster.UntilOk();
        return cluster;
    }

    public static async Task<(IBotGrain Bot, long Epoch)> Running(ControlPlaneCluster cluster, Dictionary<string, decimal>? limits = null)
    {
        var bot = cluster.Grains.GetGrain<IBotGrain>("momentum");
        Assert.True((await bot.Register(new("Momentum", "u1", ["polygon", "oanda"], null, limits is null ? null : Limits(limits)), ControlPlaneCluster.Operator)).Done);
        var start = await bot.Start("r1", null, ControlPlaneCluster.Runner);
        Assert.True(start.Granted, start.Code);
        await cluster.Until(() => cluster.Node.For("momentum", start.Epoch).Check().MayOpen, "permitted", 2);
        return (bot, start.Epoch);
    }
}
