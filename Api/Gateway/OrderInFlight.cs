using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Answers;
using ControlPlane.Grains.Gateway.Settlement;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Api.Gateway;

/// <summary>Granted orders on their way. Whatever can't be put down here is looked up by the settlement.</summary>
/// <param name="clientOrderIds">In the order of the call.</param>
internal sealed partial class OrderInFlight(
    IBotGatewayGrain bot, IBotGate gate, OrderStateMapping answers, long epoch, GatewayVerdict verdict, ImmutableArray<string> clientOrderIds, ILogger<OrderInFlight> logger) : IPassageInFlight
{
    public async Task<bool> SendingAsync()
    {
        try
        {
            if (!await bot.OrdersSending(verdict.OrderIds, epoch)) return false;
        }
        catch (Exception e)
        {
            // It may be down as sent; nothing left, and the look-up will find that.
            LogUnknown(logger, e.GetType().Name);
            return false;
        }

        // The last look at the gate: whatever closed it meanwhile wins.
        var now = gate.Check();
        if (verdict.Opens ? now.MayOpen : now.MayReduce) return true;
        try
        {
            await bot.OrdersNotSent(verdict.OrderIds);
        }
        catch (Exception e)
        {
            LogUnknown(logger, e.GetType().Name);
        }

        return false;
    }

    public async Task AnsweredAsync(int httpStatus, ReadOnlyMemory<byte> body)
    {
        var reading = AnswerReader.Read(answers, httpStatus, body);
        if (reading.Worth == AnswerWorth.Unsure)
        {
            await LostAsync();
            return;
        }

        var sights = new List<OrderSight>();
        var unknown = new List<string>();
        for (var i = 0; i < verdict.OrderIds.Length; i++)
        {
            if (reading.Worth == AnswerWorth.Refused) sights.Add(new(verdict.OrderIds[i], Refused: true, null, null, null, null));
            else if (Find(reading.Orders, i) is { } seen) sights.Add(GatewaySettlement.Sight(verdict.OrderIds[i], seen));
            else if (answers.Items is null) sights.Add(new(verdict.OrderIds[i], Refused: false, null, null, null, null));
            else unknown.Add(verdict.OrderIds[i]);
        }

        try
        {
            if (sights.Count > 0) await bot.OrdersSeen([.. sights]);
            if (unknown.Count > 0) await bot.LookUpSoon([.. unknown]);
        }
        catch (Exception e)
        {
            LogUnknown(logger, e.GetType().Name);
        }
    }

    public async Task LostAsync()
    {
        try
        {
            await bot.LookUpSoon(verdict.OrderIds);
        }
        catch (Exception e)
        {
            LogUnknown(logger, e.GetType().Name);
        }
    }

    /// <summary>By the client's id where the answer tells it; an answer of one order, and a list as long as the call, by place.</summary>
    private SeenOrder? Find(IReadOnlyList<SeenOrder> orders, int index) =>
        orders.FirstOrDefault(order => order.ClientOrderId == clientOrderIds[index])
        ?? (orders.Count == verdict.OrderIds.Length && string.IsNullOrEmpty(orders[index].ClientOrderId) ? orders[index] : null);

    [LoggerMessage(EventIds.GatewayOrderUnknown, LogLevel.Warning, "What became of an order of the gateway could not be put down: {Fault}. It is looked up.")]
    private static partial void LogUnknown(ILogger logger, string fault);
}
