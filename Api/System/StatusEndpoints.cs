using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Api.Stores;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.SystemControl;

/// <summary>The system's status and its history.</summary>
internal static class StatusEndpoints
{
    public static void MapSystemStatus(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/system").WithTags("System").RequireAuthorization(Roles.Viewer);
        group.MapGet("/status", Status).AlsoForBots().Produces<SystemStatusAnswer>()
            .WithName("GetSystemStatus").WithSummary("May the system act on its own, why not, and the way to OK")
            .WithDescription("Answered from this node's own snapshot of the gate. Without a valid lease every gate is Unknown and the system BLOCKED. 503 has the same shape with code CONTROL_PLANE_UNREACHABLE.")
            .Produces<SystemStatusAnswer>(StatusCodes.Status503ServiceUnavailable)
            .MayFail(401, 403);
        group.MapGet("/transitions", Transitions)
            .WithName("ListTransitions").WithSummary("Every change of system status, gates, kill switches and LIVE")
            .WithDescription("'from' is inclusive, 'to' exclusive; both are optional ISO 8601 instants with a zone.")
            .MayFail(400, 401, 403, 503);
    }

    private static async Task Status(HttpContext context, SystemStatusDocuments documents)
    {
        var status = await documents.TakeAsync();
        await status.WriteAsync(context.Response, context.TraceId());
    }

    private static async Task<Results<Ok<ListAnswer<TransitionRow>>, ProblemResult>> Transitions(
        HttpContext context, StoreReads stores, [AsParameters] PageQuery page, string? from = null, string? to = null)
    {
        if (page.Read(out var limit) is { } wrong) return (ProblemResult)wrong;
        if (!Instants.TryParse(from, out var first) || !Instants.TryParse(to, out var end))
            return (ProblemResult)Problems.Invalid("'from' and 'to' must be ISO 8601 instants with a zone, for example 2026-11-22T20:00:00Z.");
        var read = await stores.TransitionsAsync(first, end, limit, page.Before, context.RequestAborted);
        return TypedResults.Ok(new ListAnswer<TransitionRow>(
            [.. read.Items.Select(ControlMapping.ToContract)], read.Next, [], context.TraceId()));
    }
}
