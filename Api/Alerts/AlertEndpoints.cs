using ControlPlane.Abstractions;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Api.Stores;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.Alerts;

/// <summary>Alerts: reading, acknowledging, testing. The acts are written to the audit log in the grain.</summary>
internal static class AlertEndpoints
{
    public static void MapAlerts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/alerts").WithTags("Alerts");
        group.MapGet("", List).RequireAuthorization(Roles.Viewer)
            .WithName("ListAlerts").WithSummary("Alerts and their deliveries, newest first")
            .WithDescription("'state' is open, resolved or all (the default). The list of open ones has no further pages.")
            .MayFail(400, 401, 403, 503);
        group.MapGet("/channels", Channels).RequireAuthorization(Roles.Viewer)
            .WithName("ListAlertChannels").WithSummary("How the configured channels stand").MayFail(401, 403, 503);
        group.MapPost("/{alert_id}/ack", Acknowledge).RequireAuthorization(Roles.Operator).Takes<ReasonRequest>().Audited("alert.ack", "alert", "alert_id")
            .WithName("AcknowledgeAlert").WithSummary("Takes an open alert over: nothing is repeated or escalated any more")
            .WithDescription("Idempotent: the first acknowledgement stands.")
            .MayFail(400, 401, 403, 404, 413, 415, 503);
        group.MapPost("/test", Test).RequireAuthorization(Roles.Operator).Takes<AlertTestRequest>(optional: true).Audited("alert.test", "alerts")
            .WithName("TestAlerts").WithSummary("Sends a test message the whole way, to one channel or all")
            .WithDescription("Answers when the fate of each message is known, within about ten seconds. A test that fails degrades the system until a delivery or a test succeeds.")
            .MayFail(400, 401, 403, 413, 415, 503);
    }

    private static async Task<Results<Ok<ListAnswer<AlertRow>>, ProblemResult>> List(
        HttpContext context, IGrainFactory grains, [AsParameters] PageQuery page, string? state = null)
    {
        if (page.Read(out var limit) is { } wrong) return (ProblemResult)wrong;
        AlertFilter? filter = state switch { null or "all" => AlertFilter.All, "open" => AlertFilter.Open, "resolved" => AlertFilter.Resolved, _ => null };
        if (filter is not { } which) return (ProblemResult)Problems.Invalid("'state' must be open, resolved or all.");
        var read = await grains.Alerts().List(which, limit, page.Before);
        return read.Outcome switch
        {
            HistoryOutcome.Read => TypedResults.Ok(new ListAnswer<AlertRow>([.. read.Items.Select(AlertMapping.ToRow)], read.Next, [], context.TraceId())),
            HistoryOutcome.InvalidCursor => (ProblemResult)Problems.Invalid("'before' is not a cursor of this list.", "Take it from 'next' of the page before."),
            _ => throw new StoreReadFailedException(),
        };
    }

    private static async Task<Ok<AlertChannelsAnswer>> Channels(HttpContext context, IGrainFactory grains)
    {
        var channels = await grains.Alerts().Standing();
        return TypedResults.Ok(new AlertChannelsAnswer([.. channels.Select(c => new AlertChannelRow(c.Channel, c.FailingSince, c.ErrorCode, c.ProvenAt))], context.TraceId()));
    }

    private static async Task<Results<Ok<AlertAnswerBody>, ProblemResult>> Acknowledge(HttpContext context, IGrainFactory grains, string alert_id)
    {
        var body = await JsonBody.ReadAsync<ReasonRequest>(context);
        if (body.Problem is { } malformed) return (ProblemResult)malformed;
        if (!TextRules.IsText(body.Value!.Reason, TextRules.MaxReason))
            return (ProblemResult)Problems.Invalid($"'reason' must be 1 to {TextRules.MaxReason} characters of {TextRules.TextRule}.");
        if (!Guid.TryParseExact(alert_id, "N", out _)) return (ProblemResult)Unknown();
        var answer = await grains.Alerts().Acknowledge(alert_id, body.Value.Reason!, context.Caller());
        return answer.Alert is { } alert
            ? TypedResults.Ok(new AlertAnswerBody(AlertMapping.ToRow(alert), context.TraceId()))
            : (ProblemResult)(answer.Code == Codes.InvalidRequest ? Unknown() : Problems.Refused(answer.Code!, answer.Message));
    }

    private static async Task<Results<Ok<AlertTestAnswer>, ProblemResult>> Test(HttpContext context, IGrainFactory grains)
    {
        var body = await JsonBody.ReadOptionalAsync<AlertTestRequest>(context);
        if (!body.Read) return (ProblemResult)body.Problem;
        if (body.Value.Channel is { } name && !TextRules.IsText(name, 40)) return (ProblemResult)Problems.Invalid("'channel' must be the name of a configured channel.");
        var report = await grains.Alerts().Test(body.Value.Channel, context.Caller());
        if (report.Code is { } code) return (ProblemResult)Problems.Refused(code, report.Message, "GET /api/alerts/channels lists the configured channels; docs/alerts.md tells how to set one up.");
        return TypedResults.Ok(new AlertTestAnswer(report.Notices.All(n => n.Status == AlertNoticeStatus.Delivered), [.. report.Notices.Select(AlertMapping.ToRow)], context.TraceId()));
    }

    private static Problem Unknown() => Problems.Of(StatusCodes.Status404NotFound, Codes.InvalidRequest, "No open alert has this id.", "GET /api/alerts?state=open lists them.");
}

/// <summary>Alerts as the contract has them.</summary>
internal static class AlertMapping
{
    public static AlertRow ToRow(AlertView view) => new(
        view.Alert.AlertId,
        view.Alert.Kind,
        view.Alert.Severity.Known(),
        view.Alert.Subject,
        view.Alert.Message,
        view.Alert.SuggestedFix,
        view.Alert.Since,
        view.Alert.OpenedAt,
        view.Alert.ResolvedAt,
        view.Alert.AcknowledgedBy,
        view.Alert.AcknowledgedAt,
        view.Alert.AcknowledgeReason,
        [.. view.Notices.Select(ToRow)]);

    public static AlertDeliveryRow ToRow(AlertNotice notice) => new(
        notice.Channel,
        notice.Event.Known(),
        notice.LastAttemptAt ?? notice.CreatedAt,
        notice.Status.Known(),
        notice.ErrorCode,
        notice.Attempts,
        notice is { Attempts: 0, Finished: false } ? notice.NotBefore : null,
        notice.TraceId);
}
