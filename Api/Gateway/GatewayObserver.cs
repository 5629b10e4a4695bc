using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Answers;
using ControlPlane.Grains.Gateway.Orders;

namespace ControlPlane.Api.Gateway;

/// <summary>Takes prices and fills out of the reads that pass through.</summary>
internal sealed partial class GatewayObserver(MarkCache marks, IGrainFactory grains, ILogger<GatewayObserver> logger) : IGatewayObserver
{
    private const int MaxOrders = 1_000;

    public async Task SeenAsync(GatewayCall call, int httpStatus, ReadOnlyMemory<byte> body)
    {
        if (call.Match.Operation?.Learn is not { } learn || httpStatus is < 200 or > 299) return;
        try
        {
            if (learn.Marks is { } mapping)
            {
                foreach (var mark in MarkReader.Read(mapping, call.Match.PathValues, RequestFields.Read(null, default, call.Query).Parameters, body)) marks.Put(mark);
            }

            if (learn.Orders is not { } orders) return;
            var seen = AnswerReader.Read(orders, httpStatus, body).Orders.Where(o => o.State is not null || o.Filled is not null).Take(MaxOrders).ToArray();
            if (seen.Length == 0) return;
            await grains.GetGrain<IBotGatewayGrain>(call.BotId).ProviderOrdersSeen(
                call.Provider.Id, [.. seen.Select(o => new OrderSight("", false, o.OrderId, o.State, o.Filled, o.AveragePrice) { Fee = o.Fee, FeeCurrency = o.FeeCurrency })], [.. seen.Select(o => o.ClientOrderId ?? "")]);
        }
        catch (Exception e)
        {
            // What is not learnt here is read at the provider before the order's time is over.
            LogUnlearnt(logger, call.Provider.Id, e.GetType().Name);
        }
    }

    [LoggerMessage(EventIds.GatewayUnlearnt, LogLevel.Debug, "An answer of {Provider} taught nothing: {Fault}.")]
    private static partial void LogUnlearnt(ILogger logger, string provider, string fault);
}
