using System.Net.Mime;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.Usage;

/// <summary>Takes in proof of use.</summary>
internal static class UsageEndpoints
{
    public static void MapUsage(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/usage-events", Ingest).NotAudited("telemetry: the events are the record").WithTags("Usage").RequireAuthorization(Roles.Runner).AlsoForBots()
            .Accepts<UsageEventsBody>(MediaTypeNames.Application.Json, MediaTypes.Ndjson)
            .WithName("IngestUsageEvents").WithSummary("Records calls to providers; what is counted in 'accepted' is on disk")
            .WithDescription("One event, {\"events\":[...]}, or NDJSON; up to 10,000 events and 10 MiB. Of a list or lines, bad events are rejected one by one; one event by itself that is not taken is a 422 with its code. Text: user_id, bot_id and error_code up to 100 characters, operation up to 200, cut at '?'. A latency with decimals is rounded.")
            .MayFail(400, 401, 403, 413, 415, 422, 429, 503);

    private static async Task<Results<Ok<UsageReceiptAnswer>, ProblemResult>> Ingest(HttpContext context, UsageIntake intake)
    {
        var (taken, refused) = await intake.TakeAsync(context);
        return refused is not null ? refused : TypedResults.Ok(taken!);
    }
}
