using ControlPlane.Abstractions;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.SystemControl;

/// <summary>Heartbeats of external components.</summary>
internal static class ComponentEndpoints
{
    private const int MaxInstance = 100;

    public static void MapComponents(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/components/{name}/heartbeat", Heartbeat).NotAudited("telemetry").WithTags("System").RequireAuthorization(ComponentToken.Role)
            .Takes<ComponentHeartbeatRequest>()
            .WithName("HeartbeatComponent").WithSummary("An external component proves progress; the answer says until when it counts")
            .WithDescription("Takes a component that policy calls external (risk_engine), from the holder of CONTROLPLANE_COMPONENT_TOKEN, or of the runner's token where that is not set. The sequence must grow, by 1,000 at most. One instance is registered until its time is over; then any instance may begin at any sequence.")
            .MayFail(400, 401, 403, 413, 415, 503);

    private static async Task<Results<Ok<ComponentHeartbeatAnswer>, ProblemResult>> Heartbeat(
        HttpContext context, string name, IGrainFactory grains, TimeProvider time)
    {
        if (name is ComponentNames.Supervisor or ComponentNames.TimeoutWorker)
            return (ProblemResult)Problems.Forbidden("This component proves itself from inside alone.");
        if (name is not ComponentNames.RiskEngine)
            return (ProblemResult)Problems.Invalid("There is no external component of this name.", "Use risk_engine.");
        var body = await JsonBody.ReadAsync<ComponentHeartbeatRequest>(context);
        if ((body.Problem ?? Check(body.Value!)) is { } wrong) return (ProblemResult)wrong;
        var (instance, sequence, healthy) = (body.Value!.Instance!, body.Value.Sequence!.Value, body.Value.Healthy ?? true);
        var progress = new ComponentProgress(name, instance, sequence, healthy, healthy ? "External heartbeat." : "The component reports a failure.", External: true);
        var receipt = await grains.SystemGate().ReportProgress(progress);
        return TypedResults.Ok(new ComponentHeartbeatAnswer(
            name,
            receipt.Counted,
            receipt.ValidForMs > 0 ? time.GetUtcNow().AddMilliseconds(receipt.ValidForMs) : null,
            receipt.ValidForMs,
            receipt.Why,
            context.TraceId()));
    }

    private static Problem? Check(ComponentHeartbeatRequest request)
    {
        if (!TextRules.IsText(request.Instance, MaxInstance))
            return Problems.Invalid($"'instance' must be 1 to {MaxInstance} characters of {TextRules.TextRule}.");
        return request.Sequence is >= 0 ? null : Problems.Invalid("'sequence' must be a whole number of 0 or more.");
    }
}
