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
            .WithDescription("Held against the anchor files that all nodes keep outside the store: what one of them holds and the log lacks is named, and how many entries none covers yet. From signed_from on each entry carries a MAC under a key that the store does not hold. With expect_sequence and expect_hash also against a hash that a person kept: head_hash of an earlier check belongs to the entry 'checked'.")
            .MayFail(400, 401, 403, 503);
    }

    private static async Task<Results<Ok<ListAnswer<AuditRow>>, ProblemResult>> List(
        HttpContext context, StoreReads stores, [AsParameters] PageQuery page)
    {
        if (page.Read(out var limit) is { } wrong) return (ProblemResult)wrong;
        var read = await stores.AuditAsync(limit, page.Before, context.RequestAborted);
        return TypedResults.Ok(new ListAnswer<AuditRow>([.. read.Items.Select(ToContract)], read.Next, [], context.TraceId()));
    }

    private static async Task<Results<Ok<AuditCheckAnswer>, ProblemResult>> Check(
        HttpContext context, IGrainFactory grains, string? expect_sequence = null, string? expect_hash = null)
    {
        long sequence = 0;
        if (expect_sequence is null != expect_hash is null
            || (expect_sequence is not null && (!long.TryParse(expect_sequence, System.Globalization.NumberStyles.None, null, out sequence) || sequence < 1))
            || (expect_hash is not null && !IsHash(expect_hash)))
        {
            return (ProblemResult)Problems.Invalid("'expect_sequence' and 'expect_hash' go together: an entry's number from 1, and 64 lower-case hex characters.");
        }

        var check = await grains.Audit().CheckAgainst(expect_sequence is null ? null : sequence, expect_hash);
        return TypedResults.Ok(new AuditCheckAnswer(
            check.Intact,
            check.Checked,
            check.FirstBroken,
            check.Problem,
            check.HeadHash,
            context.TraceId(),
            check.AnchoredTo,
            check.AnchorProblem,
            [.. check.Anchors.Select(a => new AuditAnchor(a.Node, a.Entries, a.Newest, a.Differs, [.. a.Lacking.Select(r => new AuditEntries(r.From, r.To))], a.Problem))],
            check.Unanchored,
            check.Unanchored > 0 ? check.Newest - check.Unanchored + 1 : null,
            check.SignedFrom));
    }

    private static bool IsHash(string text) => text.Length == 64 && text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));

    internal static AuditRow ToContract(AuditEntry entry) => new(
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
