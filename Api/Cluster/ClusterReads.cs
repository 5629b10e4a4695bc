using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Api.Bots;
using ControlPlane.Api.Http;
using ControlPlane.Grains.Bots;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Api.Cluster;

/// <summary>What answers need from grains, each within the limits of <see cref="AdaptiveReadTimeout"/>.</summary>
internal sealed class ClusterReads(IGrainFactory grains, ProviderCatalogue catalogue, AdaptiveReadTimeout timeout)
{
    /// <summary>Every provider of the catalogue; null for one that did not answer. Providers that are switched off are left out.</summary>
    /// <exception cref="TimeoutException">None answered.</exception>
    public async Task<ImmutableArray<(ProviderDefinition Provider, ProviderStatus? Status)>> ProvidersAsync()
    {
        var reads = catalogue.Providers.Select(provider => Ask(provider)).ToArray();
        var answers = await Task.WhenAll(reads);
        if (answers.Length > 0 && answers.All(answer => answer.Failed)) throw new TimeoutException();
        return [.. answers.Where(answer => answer.Failed || answer.Status is not null).Select(answer => (answer.Provider, answer.Status))];

        async Task<(ProviderDefinition Provider, ProviderStatus? Status, bool Failed)> Ask(ProviderDefinition provider)
        {
            try
            {
                return (provider, await timeout.Wait(grains.Provider(provider.Id).GetStatus()), Failed: false);
            }
            catch (Exception exception) when (Failures.IsUnreachable(exception))
            {
                return (provider, null, Failed: true);
            }
        }
    }

    public Task<ProviderStatus?> ProviderStatusAsync(string id) => timeout.Wait(grains.Provider(id).GetStatus());

    public Task<ProviderDetail?> ProviderAsync(string id) => timeout.Wait(grains.Provider(id).GetDetail());

    public async Task<BotCounts> BotCountsAsync()
    {
        // The decision stands beside the counts, and must not wait for a shard that is coming back after its silo's death.
        var shards = await timeout.WaitBriefly(Task.WhenAll(grains.BotDirectory().Select(shard => shard.Count())));
        return shards.Aggregate(BotCounts.None, (sum, shard) => sum.Plus(shard));
    }

    /// <summary>All bots, newest first; those from before the time was kept come last, by their ids.</summary>
    public async Task<ImmutableArray<BotView>> BotsAsync()
    {
        var shards = await timeout.Wait(Task.WhenAll(grains.BotDirectory().Select(shard => shard.List())));
        return [.. shards.SelectMany(shard => shard).OrderByDescending(BotCursor.Place).ThenBy(bot => bot.BotId, StringComparer.Ordinal)];
    }

    /// <summary>Anything that one bot's grain answers.</summary>
    public Task<T> BotAsync<T>(string id, Func<IBotGrain, Task<T>> ask) => timeout.Wait(ask(grains.Bot(id)));

    /// <summary>The bots of these ids; one that is not registered is left out.</summary>
    public async Task<ImmutableArray<BotView>> BotsAsync(IEnumerable<string> ids)
    {
        var shards = ids.GroupBy(BotDirectoryGrain.ShardOf)
            .Select(shard => grains.GetGrain<IBotDirectoryGrain>(shard.Key).Find([.. shard]));
        return [.. (await timeout.Wait(Task.WhenAll(shards))).SelectMany(shard => shard)];
    }

    public Task<BotView?> BotAsync(string id) => timeout.Wait(grains.Bot(id).Get());
}
