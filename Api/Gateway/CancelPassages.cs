using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Orders;

namespace ControlPlane.Api.Gateway;

/// <summary>Lets cancels pass. They need the runner's lease by this node's own clock. Whether anything else holds one is asked of the bot's grain.
/// When that does not answer the cancel passes: an order that should go must not stay because a store is away.</summary>
internal sealed partial class CancelPassages(IGrainFactory grains, IGate gate, TimeProvider time, ILogger<CancelPassages> logger)
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(3);

    public async Task<PassageDecision> BeginAsync(GatewayCall call, IReadOnlyList<NamedOrder> orders)
    {
        var bot = grains.GetGrain<IBotGatewayGrain>(call.BotId);
        var mayCancel = gate.For(call.BotId, call.LeaseEpoch).Check().MayCancel;
        ImmutableArray<string> named = [];
        try
        {
            var verdict = await bot.CheckCancel(new(call.Provider.Id, call.Match.Label, call.LeaseEpoch, call.TraceId, [.. orders.Select(order => new CanceledOrder(order.OrderId, order.ClientOrderId))])).WaitAsync(s_timeout, time);
            if (!verdict.Allowed) return PassageRefusals.Of(verdict);
            named = verdict.OrderIds;
        }
        catch (Exception e)
        {
            LogUnasked(logger, call.BotId, e.GetType().Name);
        }

        return mayCancel
            ? new PassageDecision.Send(call.Body, call.Query, new CancelInFlight(bot, named))
            : new PassageDecision.Refuse(StatusCodes.Status403Forbidden, Codes.LeaseFenced, "The bot's runner holds no live lease here.", null, []);
    }

    [LoggerMessage(EventIds.GatewayCancelUnasked, LogLevel.Warning, "Bot {BotId}: a cancel passes without a look at its orders: {Fault}.")]
    private static partial void LogUnasked(ILogger logger, string botId, string fault);

    /// <summary>A cancel on its way. How its orders stand is read at the provider after it.</summary>
    private sealed class CancelInFlight(IBotGatewayGrain bot, ImmutableArray<string> named) : IPassageInFlight
    {
        public Task<bool> SendingAsync() => Task.FromResult(true);

        public Task AnsweredAsync(int httpStatus, ReadOnlyMemory<byte> body) => LostAsync();

        public Task LostAsync()
        {
            if (!named.IsEmpty) bot.LookUpSoon(named).Ignore();
            return Task.CompletedTask;
        }
    }
}
