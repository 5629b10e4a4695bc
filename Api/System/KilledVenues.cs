using System.Collections.Concurrent;
using ControlPlane.Abstractions;
using ControlPlane.Contracts;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Api.SystemControl;

/// <summary>What a kill does at the brokers, once it is engaged. It never holds the kill up and never fails it.</summary>
internal sealed class KilledVenues(ProviderCatalogue catalogue, IGrainFactory grains, KillSpool spool, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, int> _asking = new();

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    /// <param name="Brokers">Null when nobody could be asked.</param>
    internal sealed record Outcome(IReadOnlyList<KilledBrokerRow>? Brokers, IReadOnlyList<KilledPositionRow>? Positions);

    public async Task<Outcome> CancelAsync(KillOrder order)
    {
        var brokers = BrokersAsync(order);
        var positions = PositionsAsync(order.BotId);
        return new(await brokers, await positions);
    }

    /// <summary>Whether the brokers are being asked for this kill.</summary>
    public bool IsAsking(Guid kill) => _asking.ContainsKey(kill);

    /// <summary>Asks every broker, however long that takes, and notes in the spool that it was done once each of them has answered.</summary>
    /// <returns>By provider; a task that fails is a broker that could not be asked.</returns>
    public IReadOnlyDictionary<string, Task<CanceledAtBroker?>> Ask(KillOrder order)
    {
        _asking.AddOrUpdate(order.Id, 1, static (_, count) => count + 1);
        var asked = catalogue.Providers.Where(provider => provider.Category == "broker")
            .ToDictionary(provider => provider.Id, provider => CancelAtAsync(provider.Id, order), StringComparer.Ordinal);
        _ = NoteAsync(order.Id, asked.Values);
        return asked;
    }

    private async Task NoteAsync(Guid kill, IEnumerable<Task<CanceledAtBroker?>> asked)
    {
        try
        {
            // What is not known may not have been asked at all.
            if (!(await Task.WhenAll(asked)).All(done => done is null or { Canceled: not null })) return;
            spool.Canceled(kill);
            await spool.StoreAsync();
        }
        catch (Exception)
        {
            // It is asked again.
        }
        finally
        {
            if (_asking.AddOrUpdate(kill, 0, static (_, count) => count - 1) <= 0) _asking.TryRemove(new(kill, 0));
        }
    }

    private async Task<CanceledAtBroker?> CancelAtAsync(string provider, KillOrder order) =>
        await grains.GetGrain<IBrokerOrdersGrain>(provider).CancelOpenOrders(order.BotId, order.CancelOpenOrders == KillRequestBody.All);

    private async Task<IReadOnlyList<KilledBrokerRow>?> BrokersAsync(KillOrder order)
    {
        try
        {
            var rows = await Task.WhenAll(Ask(order).Select(asked => BrokerAsync(asked.Key, asked.Value)));
            return [.. rows.OfType<KilledBrokerRow>()];
        }
        catch (Exception)
        {
            return null;
        }
    }

    private async Task<KilledBrokerRow?> BrokerAsync(string provider, Task<CanceledAtBroker?> asked)
    {
        try
        {
            var done = await asked.WaitAsync(s_patience, time);
            return done is null ? null : new(provider, done.Canceled, done.Kept, done.Failed, done.Pending, done.Message);
        }
        catch (TimeoutException)
        {
            return new(provider, null, null, null, null, "The broker has not answered within 3 s; it is still being asked. Look at the broker itself.");
        }
    }

    private async Task<string[]> BotsAsync()
    {
        var shards = await Task.WhenAll(Enumerable.Range(0, IBotDirectoryGrain.ShardCount).Select(shard => grains.GetGrain<IBotDirectoryGrain>(shard).List()));
        return [.. shards.SelectMany(bots => bots).Select(bot => bot.BotId)];
    }

    private async Task<IReadOnlyList<KilledPositionRow>?> PositionsAsync(string? botId)
    {
        try
        {
            var bots = botId is not null ? [botId] : await BotsAsync().WaitAsync(s_patience, time);
            var held = await Task.WhenAll(bots.Select(async bot => (Bot: bot, Held: await grains.GetGrain<IBotGatewayGrain>(bot).OpenPositions()))).WaitAsync(s_patience, time);
            return [.. held.SelectMany(bot => bot.Held.Select(position => new KilledPositionRow(bot.Bot, position.Symbol, position.Quantity, position.Protected)))];
        }
        catch (Exception)
        {
            return null;
        }
    }
}
