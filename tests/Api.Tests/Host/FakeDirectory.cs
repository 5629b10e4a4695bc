using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Api.Tests.Host;

internal sealed class FakeDirectory(FakeCluster cluster, long shard) : IBotDirectoryGrain
{
    public Task Upsert(BotDirectoryRow row) => Task.CompletedTask;
    public Task Remove(string botId, Guid activation, long version) => Task.CompletedTask;

    public Task<ImmutableArray<BotView>> List()
    {
        cluster.Check();
        return Task.FromResult(shard == 0 ? [.. cluster.Bots.Values] : ImmutableArray<BotView>.Empty);
    }

    public Task<ImmutableArray<BotView>> Find(ImmutableArray<string> botIds)
    {
        cluster.Check();
        return Task.FromResult<ImmutableArray<BotView>>([.. botIds.Where(cluster.Bots.ContainsKey).Select(id => cluster.Bots[id])]);
    }

    public Task<BotCounts> Count()
    {
        cluster.Check();
        if (shard != 0) return Task.FromResult(BotCounts.None);
        int Of(SystemStatus status) => cluster.Bots.Values.Count(bot => bot.Readiness == status);
        return Task.FromResult(new BotCounts(cluster.Bots.Count, 0, Of(SystemStatus.Ok), Of(SystemStatus.Degraded), Of(SystemStatus.Blocked), [cluster.Bots.Count, 0, 0, 0, 0]));
    }

    public Task<ImmutableArray<string>> FindLostHolding() => Task.FromResult(ImmutableArray<string>.Empty);
    public Task<ImmutableArray<string>> FindExpired(bool starts) => Task.FromResult(ImmutableArray<string>.Empty);
}
