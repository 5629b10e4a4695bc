using ControlPlane.Abstractions;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Api.Stores;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.Audit;

/// <summary>The audit log, for operators.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/audit").WithTags("Audit").RequireAuthorization(Roles.Operator);
        group.MapGet("", List).WithName("ListAudit").WithSummary("Who did what, newest first").MayFail(400, 401, 403, 503);
        group.MapGet("/check", Check).WithName("CheckAudit").WithSummary("Whether the chain of hashes holds, and the first entry where it does not")
            .MayFail(401, 403, 503);
    }

    private static async Task<Results<Ok<ListAnswer<AuditRow>>, ProblemResult>> List(
        HttpContext context, StoreReads stores, [AsParameters] PageQuery page)
    {
        if (page.Read(out var limit) is { } wrong) return (ProblemResult)wrong;
        var read = await stores.AuditAsync(limit, page.Before, context.RequestAborted);
        return TypedResults.Ok(new ListAnswer<AuditRow>([.. read.Items.Select(ToContract)], read.Next, [], context.TraceId()));
    }

    private static async Task<Ok<AuditCheckAnswer>> Check(HttpContext context, IGrainFactory grains)
    {
        var check = await grains.Audit().Check();
        return TypedResults.Ok(new AuditCheckAnswer(
            check.Intact, check.Checked, check.FirstBroken, check.Problem, check.HeadHash, context.TraceId()));
    }

    private static AuditRow ToContract(AuditEntry entry) => new(
        entry.Sequence,
        entry.Fact.At,
        entry.Fact.By.Name,
        entry.Fact.By.Role,
        entry.Fact.Action,
        entry.Fact.Target,
        entry.Fact.Outcome,
        entry.Fact.Details,
        entry.Fact.By.TraceId,
        entry.PreviousHash,
        entry.Hash);
}
