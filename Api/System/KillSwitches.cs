using ControlPlane.Abstractions;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Api.SystemControl;

/// <summary>Engages kill switches, whatever else works. No limit and no log stands in front of it.</summary>
internal sealed class KillSwitches(KillDelivery delivery, KillSpool spool, AuditTrail audit, TimeProvider time)
{
    /// <param name="botId">Null for the system.</param>
    public async Task<IResult> EngageAsync(HttpContext context, string? botId)
    {
        var body = await JsonBody.ReadOptionalAsync<ReasonRequest>(context);
        if (!body.Read) return (ProblemResult)body.Problem;
        var order = new KillOrder(Guid.CreateVersion7(), botId, ControlRules.KillReason(body.Value), context.Caller().WithoutSignature(), time.GetUtcNow());
        var delivered = await audit.SettleAsync(context, () => delivery.EngageAsync(order), Outcome, ("reason", order.Reason), ("kill_id", order.Id.ToString()));
        if (delivered.Taken)
        {
            return delivered.Answer is { } answer
                ? TypedResults.Ok(answer.ToContract(context.TraceId()))
                : (ProblemResult)Problems.UnknownBot();
        }

        var kept = ControlMapping.ToKept(order, delivered.EngagedHere, time.GetUtcNow(), context.TraceId());
        return TypedResults.Json(kept, statusCode: delivered.EngagedHere ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>A release that is durable ends what was asked for before it and is still on its way.</summary>
    public void Released(string? botId) => spool.Forget(botId);

    private static string Outcome(DeliveredKill delivered) =>
        !delivered.Taken ? AuditOutcomes.Kept : delivered.Answer is null ? Codes.UnknownBot : AuditOutcomes.Done;
}
