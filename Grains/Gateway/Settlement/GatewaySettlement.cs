using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Answers;
using ControlPlane.Grains.Gateway.Calls;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Risk;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Gateway.Settlement;

/// <summary>Looks after orders that nobody looks after: grants that never left, answers that were lost, orders that work. It rests on the store alone: it
/// goes on after a restart, and of several nodes the one that takes an order first does it.</summary>
internal sealed partial class GatewaySettlement(
    IGatewayOrderStore store, OrderLookup lookup, ProviderCatalogue catalogue, IGrainFactory grains, TimeProvider time, ILogger<GatewaySettlement> logger) : BackgroundService
{
    private const int Most = 500;
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(1);
    private readonly SettlementLimiter _limits = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_round, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await BeginAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, e.GetType().Name);
            }

            try
            {
                if (!await timer.WaitForNextTickAsync(stoppingToken)) return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Begins with what is due now. A round waits for no provider: one that hangs delays its own orders alone.</summary>
    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        foreach (var due in await store.DueAsync(time.GetUtcNow(), Most, cancellationToken))
            _limits.TryRun(due.Order.Passage!.Provider, (due.BotId, due.Order.OrderId), () => TryAsync(due, cancellationToken), cancellationToken);
    }

    private async Task TryAsync(BotOrder order, CancellationToken cancellationToken)
    {
        try
        {
            await SettleAsync(order.BotId, order.Order, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, e.GetType().Name);
        }
        catch (OperationCanceledException)
        {
            // The node stops; another one goes on.
        }
    }

    private async Task SettleAsync(string botId, GrantedOrder order, CancellationToken cancellationToken)
    {
        if (order.Passage!.State == PassageState.Granted)
        {
            await store.ChangeAsync(botId, order.OrderId, o => PassagePolicy.Unsent(o, time.GetUtcNow()), cancellationToken);
            return;
        }

        // A node without the provider's keys leaves it to one that has them.
        if (!lookup.CanAsk(order)) return;
        if (await store.ChangeAsync(botId, order.OrderId, o => PassagePolicy.Postponed(o, time.GetUtcNow()), cancellationToken) is not { } taken) return;
        var result = await lookup.FindAsync(taken, cancellationToken);
        if (result.Order is { } seen) await grains.GetGrain<IBotGatewayGrain>(botId).OrdersSeen([Sight(order.OrderId, seen)]);
        else if (result.Known && NeverArrived(taken)) await EndAsync(botId, taken);
    }

    /// <summary>Only after a time in which the request must have arrived, and never once the provider has told of the order.</summary>
    private bool NeverArrived(GrantedOrder order) =>
        order.Passage is { State: PassageState.Sent, ProviderOrderId: null, SentAt: { } sentAt } passage
        && catalogue.Find(passage.Provider)?.Gateway?.Orders is { } desk && time.GetUtcNow() - sentAt >= TimeSpan.FromSeconds(desk.SureAfterS);

    private async Task EndAsync(string botId, GrantedOrder order)
    {
        LogNeverArrived(logger, botId, order.Passage!.Provider, order.OrderId);
        await grains.GetGrain<IBotGatewayGrain>(botId).OrdersSeen([new(order.OrderId, Refused: true, null, null, null, null)]);
    }

    internal static OrderSight Sight(string orderId, SeenOrder seen) => new(orderId, Refused: false, seen.OrderId, seen.State, seen.Filled, seen.AveragePrice) { Fee = seen.Fee, FeeCurrency = seen.FeeCurrency, FillsRead = seen.FillsRead };

    [LoggerMessage(EventIds.GatewaySettlementFailed, LogLevel.Warning, "Orders of the gateway could not be looked after: {Fault}. It is tried again.")]
    private static partial void LogFailed(ILogger logger, string fault);

    [LoggerMessage(EventIds.GatewayOrderNeverArrived, LogLevel.Warning, "Bot {BotId}: order {OrderId} was sent to {Provider}, which never had it. It ends.")]
    private static partial void LogNeverArrived(ILogger logger, string botId, string provider, string orderId);
}
