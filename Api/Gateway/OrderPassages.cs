using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway;
using ControlPlane.Grains.Gateway.Calls;
using ControlPlane.Grains.Gateway.Orders;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Api.Gateway;

/// <summary>Reads orders and cancels, and has their bot's grain evaluate them.</summary>
internal sealed class OrderPassages(IGrainFactory grains, IGate gate, IProviderCalls providers, MarkCache marks, CancelPassages cancels, AnswerText answers, ILogger<OrderInFlight> logger) : IOrderPassage
{
    public async Task<PassageDecision> BeginAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        if (call.Match is not { Operation: { } operation, Effect: var effect }) return Refused(StatusCodes.Status403Forbidden, Codes.OperationNotAllowed, "The catalogue does not know this operation.");
        try
        {
            var request = RequestFields.Read(call.ContentType, call.Body, call.Query);
            if (effect == OperationEffect.Cancel) return await cancels.BeginAsync(call, CancelReader.Read(operation.Cancel!, request, call.Match.PathValues));
            var orders = OrderReader.Read(operation.Order!, effect, request, call.Match.PathValues);
            return orders.Count == 0 ? new PassageDecision.Send(call.Body, call.Query, NothingInFlight.Instance) : await EvaluateAsync(call, operation, request, orders);
        }
        catch (OrderFaultException fault)
        {
            await grains.GetGrain<IBotGatewayGrain>(call.BotId).RecordRefusal(
                call.Provider.Id, call.Match.Label, null, new(NoTradeCodes.DataMissing, Codes.InvalidRequest, null, null, fault.Detail), call.TraceId);
            return Refused(StatusCodes.Status400BadRequest, Codes.InvalidRequest, fault.Detail);
        }
    }

    private async Task<PassageDecision> EvaluateAsync(GatewayCall call, OperationDefinition operation, RequestFields request, IReadOnlyList<ReadOrder> orders)
    {
        var ids = orders.Select(order => order.ClientOrderId ?? ClientOrderIdWriter.Make()).ToArray();
        if (ids.Distinct(StringComparer.Ordinal).Count() != ids.Length) throw new OrderFaultException(operation.Order!.ClientOrderId.Field, "is given to two orders of the call.");
        var asked = new Abstractions.GatewayOrders(
            call.Provider.Id, providers.EnvironmentOf(call.Provider), call.Match.Label, call.LeaseEpoch, call.TraceId, [.. orders.Select((order, i) => Ask(order, ids[i], call))]);
        var bot = grains.GetGrain<IBotGatewayGrain>(call.BotId);
        var verdict = await bot.GrantOrders(asked);
        if (verdict.SentBefore is { } known) return await ReplayAsync(bot, known);
        if (!verdict.Allowed) return PassageRefusals.Of(verdict);
        var (body, query) = (call.Body, call.Query);
        for (var i = 0; i < orders.Count; i++)
        {
            if (orders[i].ClientOrderId is null) (body, query) = ClientOrderIdWriter.Add(operation.Order!, request.Form, body, query, i, ids[i]);
        }

        var inFlight = new OrderInFlight(bot, gate.For(call.BotId, call.LeaseEpoch), operation.Answer!, call.LeaseEpoch, verdict, [.. ids], logger);
        return new PassageDecision.Send(body, query, inFlight);
    }

    private GatewayOrder Ask(ReadOrder order, string id, GatewayCall call)
    {
        var route = order.Keep.Concat(call.Match.PathValues).Append(new("symbol", order.Symbol!)).DistinctBy(pair => pair.Key).ToDictionary(StringComparer.Ordinal);
        return new(
            order.Symbol!, order.Side!.Value, order.Quantity, order.Notional, order.Lots, order.Kind!, order.Price, order.StopPrice, (GatewayIntent)order.Intent, id, order.Hash, JsonSerializer.Serialize(route), marks.Find(order.Symbol!))
        {
            IdAdded = order.ClientOrderId is null,
        };
    }

    private async Task<PassageDecision> ReplayAsync(IBotGatewayGrain bot, string orderId) => await bot.LookUp(orderId) is { } answer
        ? new PassageDecision.Replay(answer.Status, answer.ContentType, Encoding.UTF8.GetBytes(answers.Clean(Encoding.UTF8.GetString(answer.Body))))
        : Refused(StatusCodes.Status409Conflict, Codes.IdReused, "This order was sent, and what became of it is not known yet. It is being looked up; ask again.");

    private static PassageDecision.Refuse Refused(int status, string code, string detail) => new(status, code, detail, null, []);
}
