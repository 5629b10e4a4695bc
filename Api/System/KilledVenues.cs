using ControlPlane.Abstractions;
using ControlPlane.Contracts;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Api.SystemControl;

/// <summary>What a kill does at the brokers, once it is engaged. It never holds the kill up and never fails it.</summary>
internal sealed class KilledVenues(ProviderCatalogue catalogue, IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    /// <param name="Brokers">Null when nobody could be asked.</param>
    internal sealed record Outcome(IReadOnlyList<KilledBrokerRow>? Brokers, IReadOnlyList<KilledPositionRow>? Positions);

    public async Task<Outcome> CancelAsync(KillOrder order)
    {
        var brokers = BrokersAsync(order);
        var positions = PositionsAsync(order.BotId);
        return new(await brokers, await positions);
    }

    private async Task<IReadOnlyList<KilledBrokerRow>?> BrokersAsync(KillOrder order)
    {
        try
        {
            var rows = await Task.WhenAll(catalogue.Providers.Where(provider => provider.Category == "broker").Select(provider => BrokerAsync(provider.Id, order)));
            return [.. rows.OfType<KilledBrokerRow>()];
        }
        catch (Exception)
        {
            return null;
        }
    }

    private async Task<KilledBrokerRow?> BrokerAsync(string provider, KillOrder order)
    {
        try
        {
            var done = await grains.GetGrain<IBrokerOrdersGrain>(provider).CancelOpenOrders(order.BotId, order.CancelOpenOrders == KillRequestBody.All).WaitAsync(s_patience, time);
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
