using System.ComponentModel;
using ControlPlane.Abstractions;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Api.Stores;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.Traces;

/// <summary>Everything that carries a trace id.</summary>
internal static class TraceEndpoint
{
    private const int IdLength = 32;

    public static void MapTraceSearch(this IEndpointRouteBuilder routes) => routes.MapGet("/api/traces/{trace_id}", Find).WithTags("Traces").RequireAuthorization(Roles.Viewer)
        .WithName("FindTrace").WithSummary("Everything retained that carries a trace id, newest first")
        .WithDescription("Usage events, verifications, transitions, decisions, no-trades, trades, cycles and orders; entries of the audit log for an operator alone. 'limit' counts for each of them.")
        .MayFail(400, 401, 403, 503);

    private static async Task<Results<Ok<ListAnswer<TraceRecordRow>>, ProblemResult>> Find(
        HttpContext context,
        [Description("32 hexadecimal digits.")] string trace_id,
        StoreReads stores,
        [Description("1 to 500, of each kind.")] int limit = 100)
    {
        if (trace_id.Length != IdLength || !trace_id.All(char.IsAsciiHexDigit)) return (ProblemResult)Problems.Invalid("A trace id has 32 characters, 0 to 9 and a to f.");
        if (limit is < 1 or > 500) return (ProblemResult)Problems.Invalid("'limit' must be 1 to 500.");
        var found = await stores.TraceAsync(trace_id.ToLowerInvariant(), limit, context.RequestAborted);
        var mayAudit = context.Role() == Roles.Operator;
        return TypedResults.Ok(new ListAnswer<TraceRecordRow>(
            [.. found.Items.Where(record => mayAudit || record.Kind != TraceKinds.Audit).Select(ToRow)], Next: null, [], context.TraceId()));
    }

    internal static TraceRecordRow ToRow(TraceRecord record) =>
        new(record.Kind, record.At, record.Provider, record.BotId, record.Id, record.What, record.Detail, record.Outcome);
}
