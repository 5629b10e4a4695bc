using ControlPlane.Abstractions;
using ControlPlane.Api.Bots;
using ControlPlane.Api.Hosting;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Api.Stores;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.SystemControl;

/// <summary>The system's status at a past moment, from the record.</summary>
internal static class PastStatusEndpoint
{
    public static void MapPastStatus(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/system/status/at", Status).WithTags("System").RequireAuthorization(Roles.Viewer)
            .WithName("GetSystemStatusAt").WithSummary("The decision as it stood at a past moment, from the recorded transitions")
            .WithDescription("'t' is an ISO 8601 instant with a zone. A moment at which no gate held a lease (not running, killed, without its store) is BLOCKED with every gate Unknown, whatever was decided last before it. Counts of bots are not recorded and null. Before the first record: 404.")
            .MayFail(400, 401, 403, 404, 503);

    private static async Task<Results<Ok<SystemStatusAnswer>, ProblemResult>> Status(
        HttpContext context, StoreReads stores, IOptions<ApiOptions> options, TimeProvider time, string? t = null)
    {
        if (!Instants.TryParse(t, out var at) || at is not { } moment)
            return (ProblemResult)Problems.Invalid("'t' must be an ISO 8601 instant with a zone, for example 2026-11-22T20:00:00Z.");
        if (moment > time.GetUtcNow()) return (ProblemResult)Problems.Invalid("'t' lies in the future.", "GET /api/system/status tells how things stand now.");
        if (await stores.DecisionAtAsync(moment, context.RequestAborted) is not { } past)
        {
            return (ProblemResult)Problems.Of(
                StatusCodes.Status404NotFound, Codes.InvalidRequest, "Nothing is recorded at or before this moment.", "GET /api/system/transitions lists what is recorded.");
        }

        var answer = SystemStatusMapping.ToContract(
            GateView.Past(past), new BotCountsReading(Value: null, Codes.DataUnavailable, moment), options.Value.Demo, moment, context.TraceId());
        return TypedResults.Ok(answer with { AutonomyAllowed = past is { Stood: true, Decision.AutonomyAllowed: true } });
    }
}
