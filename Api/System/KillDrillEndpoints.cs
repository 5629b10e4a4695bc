using ControlPlane.Abstractions;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Api.Stores;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.SystemControl;

/// <summary>Rehearsing the kill.</summary>
internal static class KillDrillEndpoints
{
    public static void MapKillDrills(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/system").WithTags("System");
        group.MapPost("/kill-drill", Drill).RequireAuthorization(Roles.Operator).Audited("kill.drill")
            .WithName("DrillKill").WithSummary("Rehearses the kill's whole path without stopping anyone")
            .WithDescription("The gate publishes its decision anew and writes its kill switch as it is. Answers with how long each node and each live runner took to hear of it; a runner hears with its next heartbeat, so that the answer takes up to one renewal. Null for who did not acknowledge in time.")
            .MayFail(401, 403, 503);
        group.MapGet("/kill-drills", List).RequireAuthorization(Roles.Viewer)
            .WithName("ListKillDrills").WithSummary("Past rehearsals of the kill, newest first").MayFail(400, 401, 403, 503);
    }

    private static async Task<Ok<KillDrillAnswer>> Drill(HttpContext context, IGrainFactory grains, AuditTrail audit)
    {
        var drill = await audit.SettleAsync(context, () => grains.SystemGate().Drill(context.Caller()), static _ => AuditOutcomes.Done);
        return TypedResults.Ok(drill.ToContract());
    }

    private static async Task<Results<Ok<ListAnswer<KillDrillAnswer>>, ProblemResult>> List(
        HttpContext context, StoreReads stores, [AsParameters] PageQuery page)
    {
        if (page.Read(out var limit) is { } wrong) return (ProblemResult)wrong;
        var read = await stores.KillDrillsAsync(limit, page.Before, context.RequestAborted);
        return TypedResults.Ok(new ListAnswer<KillDrillAnswer>([.. read.Items.Select(ControlMapping.ToContract)], read.Next, [], context.TraceId()));
    }
}
