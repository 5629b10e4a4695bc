using ControlPlane.Abstractions;
using ControlPlane.Api.Cluster;

namespace ControlPlane.Api.Gateway;

/// <summary>Records orders that were refused before anybody judged them. Beside the call: a refusal waits for nobody.</summary>
internal sealed class GatewayNoTrades(IGrainFactory grains, TimeProvider time)
{
    /// <param name="operation">Label of the operation, where it is known.</param>
    public void Record(string botId, string? operation, GatewayRefusal refusal, string traceId) => grains.Bot(botId).RecordNoTrade(new NoTradeTrace(
        $"gateway-{traceId}",
        time.GetUtcNow(),
        Symbol: null,
        [new NoTradeReason(NoTradeCodes.GateBlocked, refusal.Code, null, null, operation is null ? refusal.Detail : $"{operation}: {refusal.Detail}")],
        traceId)).Ignore();
}
