using ControlPlane.Abstractions;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Api.SystemControl;

/// <summary>Engages kill switches, whatever else works. No limit, no body and no log stands in front of it.</summary>
internal sealed class KillSwitches(KillDelivery delivery, AuditTrail audit, TimeProvider time)
{
    /// <param name="botId">Null for the system.</param>
    public async Task<IResult> EngageAsync(HttpContext context, string? botId)
    {
        var asked = new KillRequestBody(null, null, []);
        var order = new KillOrder(Guid.CreateVersion7(), botId, ControlRules.NoReason, context.Caller().WithoutSignature(), time.GetUtcNow());
        var delivered = await delivery.EngageAsync(order, async () =>
        {
            asked = await KillRequestBody.ReadAsync(context, time);
            var cancel = asked.CancelOpenOrders == KillRequestBody.All && context.Role() != Roles.Operator ? KillRequestBody.Opening : asked.CancelOpenOrders;
            return order with { Reason = asked.Reason ?? order.Reason, CancelOpenOrders = cancel };
        });
        order = delivered.Order;
        audit.NoteLater(context, Outcome(delivered), ("reason", order.Reason), ("kill_id", order.Id.ToString()), ("cancel_open_orders", order.CancelOpenOrders));
        if (!delivered.Taken)
        {
            var kept = ControlMapping.ToKept(order, asked, delivered.EngagedHere, time.GetUtcNow(), context.TraceId());
            return Answer(kept, delivered.EngagedHere);
        }

        return delivered.Answer is { } answer
            ? Answer(answer.ToContract(order, asked, time.GetUtcNow(), context.TraceId()), answer.Engaged)
            : (ProblemResult)Problems.UnknownBot();
    }

    private static IResult Answer(KillAnswerBody body, bool engaged) =>
        TypedResults.Json(body, statusCode: engaged ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);

    private static string Outcome(DeliveredKill delivered) =>
        !delivered.Taken ? AuditOutcomes.Kept : delivered.Answer is not { } answer ? Codes.UnknownBot : answer.Engaged ? AuditOutcomes.Done : "superseded";
}
