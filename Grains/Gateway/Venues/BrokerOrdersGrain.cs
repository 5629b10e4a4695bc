using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Calls;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Risk;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace ControlPlane.Grains.Gateway.Venues;

/// <summary>Takes a broker's working orders back under a kill, and says of each what the broker's own list says after it.</summary>
[Reentrant]
internal sealed partial class BrokerOrdersGrain(ProviderCatalogue catalogue, IProviderCalls calls, IGatewayOrderStore store, IGrainFactory grains, ILogger<BrokerOrdersGrain> logger) : Grain, IBrokerOrdersGrain
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(15);
    private const int AtOnce = 8;

    public async Task<CanceledAtBroker?> CancelOpenOrders(string? botId, bool all)
    {
        var id = this.GetPrimaryKeyString();
        if (catalogue.Find(id) is not { Category: "broker" } provider || !calls.IsConfigured(provider)) return null;
        if (provider.Gateway?.Orders is not { Working.Count: > 0, CancelOne: not null }) return Unknown(id, "The catalogue does not tell how orders are taken back here. Look at the broker itself.");
        if (!calls.Holds(provider)) return Unknown(id, "This node can't call the broker now. Look at the broker itself.");
        using var limit = new CancellationTokenSource(s_limit);
        try
        {
            // Off this grain's scheduler, where its own GrainFactory throws: a slow broker must not hold anything up.
            return await Task.Run(() => CancelAsync(provider, botId, all, limit.Token));
        }
        catch (Exception e)
        {
            LogFailed(logger, id, e.GetType().Name);
            return Unknown(id, "The broker did not answer. Look at the broker itself.");
        }
    }

    private async Task<CanceledAtBroker> CancelAsync(ProviderDefinition provider, string? botId, bool all, CancellationToken cancellationToken)
    {
        var venue = new VenueOrders(calls, store);
        if (await venue.ListAsync(provider, cancellationToken) is not { } before) return Unknown(provider.Id, "The broker did not list its working orders. Look at the broker itself.");
        var taken = before.Where(order => order.IsTaken(botId, all)).ToArray();
        var refused = new HashSet<string?>(StringComparer.Ordinal);
        var whole = all && botId is null && taken.Length > 0 && await venue.CancelAllAsync(provider, cancellationToken);
        if (!whole)
        {
            await Parallel.ForEachAsync(taken, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (order, token) =>
            {
                if (await venue.CancelAsync(provider, order, token)) return;
                lock (refused) refused.Add(order.Seen.OrderId);
            });
        }

        var kept = before.Count(order => (botId is null || order.Granted?.BotId == botId) && !order.IsTaken(botId, all));
        if (taken.Length == 0) return new(provider.Id, 0, kept, 0, 0, null);
        await LookUpAsync(taken);

        // Canceled is what the broker no longer lists.
        if (await venue.ListAsync(provider, cancellationToken) is not { } after) return new(provider.Id, null, kept, null, taken.Length, "The broker did not list its working orders again.");
        var left = taken.Where(order => after.Any(still => still.Seen.OrderId == order.Seen.OrderId)).ToArray();
        var failed = left.Count(order => refused.Contains(order.Seen.OrderId));
        return new(provider.Id, taken.Length - left.Length, kept, failed, left.Length - failed, null);
    }

    /// <summary>How the bots' own orders stand is read at the broker after this.</summary>
    private async Task LookUpAsync(IEnumerable<VenueOrder> orders)
    {
        foreach (var bot in orders.Where(order => order.Granted is not null).GroupBy(order => order.Granted!.BotId, StringComparer.Ordinal))
            await grains.GetGrain<IBotGatewayGrain>(bot.Key).LookUpSoon([.. bot.Select(order => order.Granted!.Order.OrderId)]);
    }

    private static CanceledAtBroker Unknown(string provider, string message) => new(provider, null, null, null, null, message);

    [LoggerMessage(EventIds.GatewayCancelFailed, LogLevel.Warning, "Working orders at {Provider} could not be taken back: {Fault}.")]
    private static partial void LogFailed(ILogger logger, string provider, string fault);
}
