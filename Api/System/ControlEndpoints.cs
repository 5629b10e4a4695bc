using ControlPlane.Abstractions;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;
using ControlPlane.Api.Hosting;
using ControlPlane.Api.Session;
using ControlPlane.Grains.Kills;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.SystemControl;

/// <summary>The system's kill switch and LIVE. Killing is easy and never waits for a log; loosening is written first.</summary>
internal static class ControlEndpoints
{
    public static void MapSystemControl(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/system").WithTags("System");
        group.MapPost("/kill", Kill).Produces<KillAnswerBody>().Produces<KillAnswerBody>(StatusCodes.Status503ServiceUnavailable).RequireAuthorization(Roles.Runner).WithMetadata(KillEndpoint.Instance).Audited("kill.engage")
            .WithName("KillSystem").WithSummary("Engages the system's kill switch")
            .WithDescription("Known by signature and expiry alone, carried out before its body is read: this node lets nothing pass from the request on. Answers when every node has acknowledged or its lease time has passed, within the lease and 2 s. 'durable' false is retried until written. The body is optional and of any type; what can't be read within 2 s, or means nothing, counts as absent and is named in 'ignored'. Each kill is an order of its own. When nobody takes it in time it is kept here, in memory and as far as possible on disk, and delivered until somebody does; 503 then has the same shape with 'engaged' false and a code, or 200 when this process is all there is. 'cancel_open_orders' opening takes back, at every connected broker, the working orders that could open or enlarge a position, all takes back everything (an operator's; from anyone else it acts as opening); brokers are waited for 3 s after the kill is engaged, and 'brokers' says what their own lists no longer hold. 'positions' says what stays open by the ledger.")
            .MayFail(401, 403);
        group.MapPost("/release", Release).RequireAuthorization(Roles.Operator).Takes<ReasonRequest>().Audited("kill.release")
            .OnReadyNodes().WithName("ReleaseSystem").WithSummary("Releases the system's kill switch once that is durable; leases from before are fenced")
            .MayFail(400, 401, 403, 409, 413, 415, 503);
        group.MapPost("/confirm-store", ConfirmStore).RequireAuthorization(Roles.Operator).Takes<ReasonRequest>().Audited("store.confirm")
            .WithName("ConfirmStore").WithSummary("Goes on with a store that was replaced, emptied or put back")
            .WithDescription("While STORE_REPLACED stands. One confirmation stands for all nodes: it fences every lease, raises the generation of every bot's token and ends every session. 409 while the kill spool can't be written. Does nothing when nothing speaks against the store.")
            .MayFail(400, 401, 403, 409, 413, 415, 503);
        group.MapPost("/live/arm", Arm).RequireAuthorization(Roles.Operator).Takes<ArmRequest>().Audited("live.arm")
            .OnReadyNodes().WithName("ArmLive").WithSummary("Arms LIVE for some minutes, once that is durable")
            .MayFail(400, 401, 403, 409, 413, 415, 503);
        group.MapPost("/live/disarm", Disarm).RequireAuthorization(Roles.Operator).Takes<ReasonRequest>(optional: true).Audited("live.disarm")
            .WithName("DisarmLive").WithSummary("Disarms LIVE")
            .MayFail(400, 401, 403, 409, 413, 415, 503);
    }

    /// <summary>A form comes from the page before its program has loaded. Its sender gets the page again once the kill is engaged.</summary>
    private static async Task<IResult> Kill(HttpContext context, KillSwitches switches)
    {
        var answer = await switches.EngageAsync(context, botId: null);
        return MediaTypes.IsForm(context.Request) && MediaTypes.WantsPage(context.Request) && answer is IStatusCodeHttpResult { StatusCode: StatusCodes.Status200OK } ? new SeeOther($"{context.Request.PathBase}/") : answer;
    }

    private static async Task<Results<Ok<ReleaseAnswerBody>, ProblemResult>> Release(
        HttpContext context, IGrainFactory grains, KillSwitches switches)
    {
        var body = await JsonBody.ReadAsync<ReasonRequest>(context);
        if ((body.Problem ?? ControlRules.Check(body.Value!)) is { } wrong) return (ProblemResult)wrong;
        var reason = body.Value!.Reason!;
        var answer = await switches.ReleaseAsync(context, botId: null, () => grains.SystemAdmin().Release(reason, context.Caller()));
        if (!answer.Done) return Refused(answer);
        return TypedResults.Ok(ControlMapping.ToRelease(answer.Kill, context.TraceId()));
    }

    private static async Task<Results<Ok<ConfirmStoreAnswer>, ProblemResult>> ConfirmStore(
        HttpContext context, IGrainFactory grains, AuditTrail audit, KillSpool spool, IOptions<ApiOptions> options)
    {
        var body = await JsonBody.ReadAsync<ReasonRequest>(context);
        if ((body.Problem ?? ControlRules.Check(body.Value!)) is { } wrong) return (ProblemResult)wrong;
        var reason = body.Value!.Reason!;
        if (await spool.UnwritableAsync() is { } file)
        {
            return (ProblemResult)Problems.Refused(409, Codes.StoreReplaced, $"The kill spool can't be written: {file}.", "Make the file writable for the control plane, or move it away, and confirm again.");
        }

        // The grain writes the entry before it acts: until then there may be no store that takes one.
        var lifetime = TimeSpan.FromSeconds(options.Value.Session.LifetimeSeconds);
        var answer = await audit.SettleAsync(context, () => grains.SystemAdmin().ConfirmStore(reason, lifetime, context.Caller()), Outcome, ("reason", reason));
        return answer.Done ? TypedResults.Ok(new ConfirmStoreAnswer(true, context.TraceId())) : Refused(answer);
    }

    private static async Task<Results<Ok<LiveAnswerBody>, ProblemResult>> Arm(HttpContext context, IGrainFactory grains)
    {
        var body = await JsonBody.ReadAsync<ArmRequest>(context);
        if ((body.Problem ?? ControlRules.Check(body.Value!)) is { } wrong) return (ProblemResult)wrong;
        var (minutes, reason) = (body.Value!.Minutes!.Value, body.Value.Reason!);
        var answer = await grains.SystemAdmin().ArmLive(TimeSpan.FromMinutes(minutes), reason, context.Caller());
        return answer.Done ? TypedResults.Ok(ControlMapping.ToLive(answer.Live, context.TraceId())) : Refused(answer);
    }

    private static async Task<Results<Ok<LiveAnswerBody>, ProblemResult>> Disarm(HttpContext context, IGrainFactory grains, AuditTrail audit)
    {
        var body = await JsonBody.ReadOptionalAsync<ReasonRequest>(context);
        if (!body.Read) return (ProblemResult)body.Problem;
        var reason = ControlRules.KillReason(body.Value);
        var answer = await audit.SettleAsync(
            context, () => grains.SystemGate().DisarmLive(reason, context.Caller()), Outcome, ("reason", reason));
        return answer.Done ? TypedResults.Ok(ControlMapping.ToLive(answer.Live, context.TraceId())) : Refused(answer);
    }

    private static string Outcome(ControlAnswer answer) => answer.Done ? AuditOutcomes.Done : answer.Code ?? AuditOutcomes.Refused;

    private static ProblemResult Refused(ControlAnswer answer) => Problems.Refused(answer.Code ?? Codes.DataUnavailable, answer.Message);
}
