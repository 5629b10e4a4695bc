using ControlPlane.Abstractions;
using ControlPlane.Api.Bots;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Api.Live;

/// <summary>Reads the cluster's rows and counts for everybody who watches, whole or by name.</summary>
internal sealed class LiveReader(ClusterReads cluster, ProviderCatalogue catalogue, LiveSystem system, LiveRows rows, TimeProvider time)
{
    /// <summary>A long list of bots is read so seldom that it takes no more than this part of the time.</summary>
    private const int BotsShare = 20;

    private long? _botsAt;
    private TimeSpan _botsTook;

    /// <param name="all">The providers too, and the list of bots only when its time has come.</param>
    public Task RoundAsync(bool all) => Task.WhenAll(all ? ReadProvidersAsync() : Task.CompletedTask, ReadBotsAsync(all));

    /// <summary>Reads what a notice names; false when it names nothing.</summary>
    public async Task<bool> ReadAsync(ChangedSubjects subjects)
    {
        if (subjects.Providers.IsEmpty && subjects.Bots.IsEmpty) return false;
        await Task.WhenAll(subjects.Providers.Select(ReadProviderAsync));
        if (!subjects.Bots.IsEmpty) rows.Offer(await cluster.BotsAsync(subjects.Bots), subjects.Bots);
        return true;
    }

    private async Task ReadProviderAsync(string id)
    {
        if (catalogue.Find(id) is not { } provider) return;
        try
        {
            if (await cluster.ProviderStatusAsync(id) is { } status) rows.Offer(provider, status);
        }
        catch (Exception)
        {
            rows.Offer(provider, status: null);
        }
    }

    private async Task ReadProvidersAsync()
    {
        try
        {
            var read = await cluster.ProvidersAsync();
            foreach (var (provider, status) in read) rows.Offer(provider, status);
            foreach (var gone in catalogue.Providers.ExceptBy(read.Select(row => row.Provider.Id), provider => provider.Id)) rows.Withdraw(gone.Id);
        }
        catch (Exception)
        {
            foreach (var provider in catalogue.Providers) rows.Offer(provider, status: null);
        }
    }

    private async Task ReadBotsAsync(bool all)
    {
        if (all && _botsAt is { } at && time.GetElapsedTime(at) < _botsTook * BotsShare)
        {
            await CountBotsAsync();
            return;
        }

        var startedAt = time.GetTimestamp();
        try
        {
            var bots = await cluster.BotsAsync();
            rows.Offer(bots);
            TakeCounts(BotCountsReading.Of(bots, time.GetUtcNow()));
        }
        catch (Exception e)
        {
            TakeCounts(new BotCountsReading(Value: null, Failures.CodeOf(e), time.GetUtcNow()));
        }

        _botsAt = startedAt;
        _botsTook = time.GetElapsedTime(startedAt);
    }

    private async Task CountBotsAsync()
    {
        try
        {
            TakeCounts(new BotCountsReading(await cluster.BotCountsAsync(), Failure: null, time.GetUtcNow()));
        }
        catch (Exception e)
        {
            TakeCounts(new BotCountsReading(Value: null, Failures.CodeOf(e), time.GetUtcNow()));
        }
    }

    private void TakeCounts(BotCountsReading counts)
    {
        system.Count(counts);
        rows.BotsReadable(counts.Failure);
    }
}
