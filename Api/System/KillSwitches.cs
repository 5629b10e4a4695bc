using ControlPlane.Abstractions;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Api.SystemControl;

/// <summary>Engages kill switches, whatever else works. No limit, no body and no log stands in front of it.</summary>
internal sealed class KillSwitches(KillDelivery delivery, IPendingKills kills, KilledVenues venues, AuditTrail audit, TimeProvider time)
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

        if (delivered.Answer is not { } answer) return (ProblemResult)Problems.UnknownBot();
        var atBrokers = answer.Engaged && order.CancelOpenOrders is not null ? await venues.CancelAsync(order) : null;
        return Answer(answer.ToContract(order, asked, atBrokers, time.GetUtcNow(), context.TraceId()), answer.Engaged);
    }

    /// <summary>Releases a switch. When its outcome is unknown, for example because the silo died during the write, the switch is engaged again
    /// before the answer. The next gate may have found it released.</summary>
    /// <param name="botId">Null for the system.</param>
    public async Task<T> ReleaseAsync<T>(HttpContext context, string? botId, Func<Task<T>> release)
    {
        var engaged = kills.For(botId);
        try
        {
            return await release();
        }
        catch (Exception) when (!engaged.IsEmpty)
        {
            var again = new KillOrder(Guid.CreateVersion7(), botId, engaged[^1].Reason, context.Caller().WithoutSignature(), time.GetUtcNow());
            await delivery.EngageAsync(again);
            audit.NoteLater(context, AuditOutcomes.EngagedAgain, ("kill_id", again.Id.ToString()));
            throw;
        }
    }

    private static IResult Answer(KillAnswerBody body, bool engaged) =>
        TypedResults.Json(body, statusCode: engaged ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);

    private static string Outcome(DeliveredKill delivered) =>
        !delivered.Taken ? AuditOutcomes.Kept : delivered.Answer is not { } answer ? Codes.UnknownBot : answer.Engaged ? AuditOutcomes.Done : "superseded";
}
