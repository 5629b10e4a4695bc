using System.Net.Mime;
using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.Usage;

/// <summary>Takes in proof of use.</summary>
internal static class UsageEndpoints
{
    private const int RetryAfterSeconds = 1;

    public static void MapUsage(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/usage-events", Ingest).NotAudited("telemetry: the events are the record").WithTags("Usage").RequireAuthorization(Roles.Runner)
            .Accepts<UsageEventsBody>(MediaTypeNames.Application.Json, MediaTypes.Ndjson)
            .WithName("IngestUsageEvents").WithSummary("Records calls to providers; what is counted in 'accepted' is on disk")
            .WithDescription("One event, {\"events\":[...]}, or NDJSON; up to 10,000 events and 10 MiB. Bad events are rejected one by one. Text: user_id, bot_id and error_code up to 100 characters, operation up to 200, cut at '?'. A latency with decimals is rounded.")
            .MayFail(400, 401, 403, 413, 415, 429, 503);

    private static async Task<Results<Ok<UsageReceiptAnswer>, ProblemResult>> Ingest(
        HttpContext context, IGrainFactory grains, IngestBudget budget, TimeProvider time)
    {
        var lines = MediaTypes.IsNdjson(context.Request);
        if (!lines && !MediaTypes.IsJson(context.Request)) return (ProblemResult)Problems.ForStatus(StatusCodes.Status415UnsupportedMediaType);
        if (context.Request.ContentLength > IngestBudget.MaxBodyBytes) return TooLarge();
        using var room = budget.Take(context.Request.ContentLength);
        if (room is null) return Full();

        UsageBatch batch;
        using (var body = await PooledBody.ReadAsync(context.Request, IngestBudget.MaxBodyBytes, context.RequestAborted))
        {
            try
            {
                batch = lines ? UsageBodyParser.ParseLines(body.Bytes, time.GetUtcNow()) : UsageBodyParser.ParseJson(body.Bytes, time.GetUtcNow());
            }
            catch (JsonException)
            {
                return (ProblemResult)JsonBody.Malformed();
            }
        }

        if (batch.TooMany) return TooLarge();
        var events = batch.TakeEvents();
        var receipt = events.IsEmpty ? new UsageReceipt(0, 0, [], Full: false) : await grains.UsageIngest().Append(events);
        if (receipt.Full) return Full();
        return TypedResults.Ok(new UsageReceiptAnswer(
            receipt.Accepted,
            receipt.Duplicates,
            [.. batch.Rejections(receipt.Rejected).Select(rejection => new UsageRejectionRow(rejection.Index, rejection.Code, rejection.Message))],
            context.TraceId()));
    }

    private static ProblemResult TooLarge() => Problems.ForStatus(StatusCodes.Status413PayloadTooLarge) with
    {
        Detail = $"A call may hold {UsageBatch.MaxEvents} events and {IngestBudget.MaxBodyBytes} bytes at most.",
    };

    private static ProblemResult Full() => new(
        Problems.ForStatus(StatusCodes.Status429TooManyRequests) with { Detail = "There is no room for more events now; none of this call was taken." }, RetryAfterSeconds);
}
