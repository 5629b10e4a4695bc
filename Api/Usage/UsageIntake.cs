using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Usage;

/// <summary>Takes in the events of a call, whichever way it came.</summary>
internal sealed class UsageIntake(IGrainFactory grains, IngestBudget budget, TimeProvider time)
{
    private const int RetryAfterSeconds = 1;

    // With the first call: a front end knows no grain before it has found its cluster.
    private IUsageIngestGrain? _grain;

    /// <summary>Completes when what was accepted is on disk. Either of the two is set.</summary>
    public async ValueTask<(UsageReceiptAnswer? Taken, ProblemResult? Refused)> TakeAsync(HttpContext context)
    {
        var lines = MediaTypes.IsNdjson(context.Request);
        if (!lines && !MediaTypes.IsJson(context.Request)) return (null, Problems.ForStatus(StatusCodes.Status415UnsupportedMediaType));
        if (context.Request.ContentLength > IngestBudget.MaxBodyBytes) return (null, TooLarge());
        using var room = budget.Open(IngestCaller.Of(context));
        using var deadline = BodyDeadline.Start(time);

        UsageBatch batch;
        using (var body = await PooledBody.ReadAsync(context.Request, IngestBudget.MaxBodyBytes, room, deadline))
        {
            if (body is null) return (null, Full());
            try
            {
                var ignored = IgnoredFields.Of(context);
                batch = lines ? UsageBodyParser.ParseLines(body.Bytes, time.GetUtcNow(), ignored) : UsageBodyParser.ParseJson(body.Bytes, time.GetUtcNow(), ignored);
            }
            catch (Exception e) when (JsonFaults.IsMalformed(e))
            {
                return (null, JsonBody.Malformed());
            }
        }

        if (batch.TooMany) return (null, TooLarge());
        if (context.BotId() is { } bot) batch.KeepTo(bot);
        var events = batch.TakeEvents();
        var receipt = events.IsEmpty ? new UsageReceipt(0, 0, [], Full: false) : await (_grain ??= grains.UsageIngest()).Append(events);
        if (receipt.Full) return (null, Full());
        var rejected = batch.Rejections(receipt.Rejected).Select(rejection => new UsageRejectionRow(rejection.Index, rejection.Code, rejection.Message)).ToArray();
        return batch.IsOne && rejected is [var only]
            ? (null, Problems.RefusedItem(only))
            : (new UsageReceiptAnswer(receipt.Accepted, receipt.Duplicates, rejected, context.TraceId()), null);
    }

    private static ProblemResult TooLarge() => Problems.ForStatus(StatusCodes.Status413PayloadTooLarge) with
    {
        Detail = $"A call may hold {UsageBatch.MaxEvents} events and {IngestBudget.MaxBodyBytes} bytes at most.",
    };

    private static ProblemResult Full() => new(
        Problems.ForStatus(StatusCodes.Status429TooManyRequests) with { Detail = "There is no room for more events now; none of this call was taken." }, RetryAfterSeconds);
}
