using ControlPlane.Abstractions;
using ControlPlane.Api.Cluster;

namespace ControlPlane.Api.Gateway;

/// <summary>Records orders that were refused before anybody evaluated them. Beside the call: a refusal waits for nobody.</summary>
internal sealed class GatewayNoTrades(IGrainFactory grains, TimeProvider time)
{
    private const string Gate = "gate";

    /// <summary>An order of a runner whose lease has ended. The bot's own record keeps the same within a minute once: such a runner may try for ever.</summary>
    public void RecordFenced(string botId, string provider, string operation, string traceId) => grains.GetGrain<IBotGatewayGrain>(botId)
        .RecordRefusal(provider, operation, symbol: null, new OrderRefusal(Codes.LeaseFenced, Gate, null, null, GatewayCallers.Fenced.Detail), traceId).Ignore();

    /// <param name="operation">Label of the operation, where it is known.</param>
    public void Record(string botId, string? operation, GatewayRefusal refusal, string traceId) => grains.Bot(botId).RecordNoTrade(new NoTradeTrace(
        $"gateway-{traceId}",
        time.GetUtcNow(),
        Symbol: null,
        [new NoTradeReason(NoTradeCodes.GateBlocked, refusal.Code, null, null, operation is null ? refusal.Detail : $"{operation}: {refusal.Detail}")],
        traceId)).Ignore();
}
