using ControlPlane.Abstractions;
using ControlPlane.Contracts;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Api.SystemControl;

/// <summary>What a kill does at the brokers, once it is engaged. It never holds the kill up and never fails it.</summary>
internal sealed class KilledVenues(ProviderCatalogue catalogue, IGrainFactory grains, KillSpool spool, TimeProvider time)
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(3);
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Progress> _kills = [];

    /// <summary>How far a kill has come at the brokers.</summary>
    private sealed class Progress
    {
        public int Asking { get; set; }

        /// <summary>Brokers with no order left to take back for the kill.</summary>
        public HashSet<string> Done { get; } = new(StringComparer.Ordinal);
    }

    /// <param name="Brokers">Null when no broker could be asked.</param>
    internal sealed record Outcome(IReadOnlyList<KilledBrokerRow>? Brokers, IReadOnlyList<KilledPositionRow>? Positions);

    public async Task<Outcome> CancelAsync(KillOrder order)
    {
        var brokers = BrokersAsync(order);
        var positions = PositionsAsync(order.BotId);
        return new(await brokers, await positions);
    }

    /// <summary>Whether the brokers are being asked for this kill.</summary>
    public bool IsAsking(Guid kill)
    {
        lock (_lock) return _kills.TryGetValue(kill, out var progress) && progress.Asking > 0;
    }

    /// <summary>Asks the brokers that have not confirmed it. At the others somebody may have placed orders since.</summary>
    public void AskAgain(KillOrder order)
    {
        ProviderDefinition[] left;
        lock (_lock) left = _kills.GetValueOrDefault(order.Id) is { } progress ? [.. Brokers.Where(broker => !progress.Done.Contains(broker.Id))] : [.. Brokers];
        Ask(order, left);
    }

    /// <summary>The kill was released, or no attempt is left.</summary>
    public void Forget(Guid kill)
    {
        lock (_lock) _kills.Remove(kill);
    }

    private IEnumerable<ProviderDefinition> Brokers => catalogue.Providers.Where(static provider => provider.Category == "broker");

    /// <summary>Asks brokers, however long that takes, and notes in the spool that it was done once all of them have confirmed it.</summary>
    /// <returns>By provider; a task that fails is a broker that could not be asked.</returns>
    private Dictionary<string, Task<CanceledAtBroker?>> Ask(KillOrder order, IReadOnlyList<ProviderDefinition> brokers)
    {
        lock (_lock)
        {
            if (!_kills.TryGetValue(order.Id, out var progress)) _kills[order.Id] = progress = new();
            progress.Asking++;
        }

        var asked = brokers.ToDictionary(broker => broker.Id, broker => CancelAtAsync(broker.Id, order), StringComparer.Ordinal);
        _ = NoteAsync(order.Id, brokers, asked);
        return asked;
    }

    private async Task NoteAsync(Guid kill, IReadOnlyList<ProviderDefinition> brokers, Dictionary<string, Task<CanceledAtBroker?>> asked)
    {
        await ((Task)Task.WhenAll(asked.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            if (!_kills.TryGetValue(kill, out var progress)) return;
            progress.Asking--;
            progress.Done.UnionWith(brokers.Where(broker => IsDone(broker, asked[broker.Id])).Select(broker => broker.Id));
            if (!Brokers.All(broker => progress.Done.Contains(broker.Id))) return;
            _kills.Remove(kill);
        }

        spool.Canceled(kill);
        await spool.StoreAsync();
    }

    /// <summary>No order is left there, or the catalogue has no call to find out.</summary>
    private static bool IsDone(ProviderDefinition broker, Task<CanceledAtBroker?> asked) =>
        broker.Gateway?.Orders is not { Working.Count: > 0, CancelOne: not null }
        || (asked.IsCompletedSuccessfully && asked.Result is null or { Canceled: not null, Failed: null or 0, Pending: null or 0 });

    private async Task<CanceledAtBroker?> CancelAtAsync(string provider, KillOrder order) =>
        await grains.GetGrain<IBrokerOrdersGrain>(provider).CancelOpenOrders(order.BotId, order.CancelOpenOrders == KillRequestBody.All);

    private async Task<IReadOnlyList<KilledBrokerRow>?> BrokersAsync(KillOrder order)
    {
        try
        {
            var rows = await Task.WhenAll(Ask(order, [.. Brokers]).Select(asked => BrokerAsync(asked.Key, asked.Value)));
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
            var done = await asked.WaitAsync(s_timeout, time);
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
            var bots = botId is not null ? [botId] : await BotsAsync().WaitAsync(s_timeout, time);
            var held = await Task.WhenAll(bots.Select(async bot => (Bot: bot, Held: await grains.GetGrain<IBotGatewayGrain>(bot).OpenPositions()))).WaitAsync(s_timeout, time);
            return [.. held.SelectMany(bot => bot.Held.Select(position => new KilledPositionRow(bot.Bot, position.Symbol, position.Quantity, position.Protected)))];
        }
        catch (Exception)
        {
            return null;
        }
    }
}
