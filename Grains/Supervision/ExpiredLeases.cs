using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Supervision;

/// <summary>Asks every shard for leases that ran out, and has each bot end its own.</summary>
internal static class ExpiredLeases
{
    /// <param name="starts">True for starts that never came alive, false for leases that ran out.</param>
    public static async Task EndAsync(IGrainFactory grains, bool starts)
    {
        var shards = Enumerable.Range(0, IBotDirectoryGrain.ShardCount).Select(i => grains.GetGrain<IBotDirectoryGrain>(i).FindExpired(starts));
        foreach (var bot in (await Task.WhenAll(shards)).SelectMany(b => b)) await grains.GetGrain<IBotGrain>(bot).ExpireLease();
    }

    /// <summary>Makes bots report again whose lost runner left a position. A newly active gate does not know them, and the position may be closed by
    /// now.</summary>
    public static async Task ReassertAsync(IGrainFactory grains)
    {
        var shards = Enumerable.Range(0, IBotDirectoryGrain.ShardCount).Select(i => grains.GetGrain<IBotDirectoryGrain>(i).FindLostHolding());
        foreach (var bot in (await Task.WhenAll(shards)).SelectMany(b => b)) await grains.GetGrain<IBotGrain>(bot).Reassert();
    }
}
