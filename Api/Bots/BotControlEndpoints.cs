using ControlPlane.Abstractions;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Api.SystemControl;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.Bots;

/// <summary>A bot's kill switch and LIVE, as for the system.</summary>
internal static class BotControlEndpoints
{
    public static void MapBotControl(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/bots/{bot_id}").WithTags("Bots");
        group.MapPost("/kill", Kill).Produces<KillAnswerBody>().Produces<KillAnswerBody>(StatusCodes.Status503ServiceUnavailable).RequireAuthorization(Roles.Runner).WithMetadata(KillEndpoint.Instance).Audited("kill.engage", "bot", "bot_id")
            .WithName("KillBot").WithSummary("Engages a bot's kill switch, as for the system").MayFail(400, 401, 403, 404);
        group.MapPost("/release", Release).RequireAuthorization(Roles.Operator).Takes<ReasonRequest>().Audited("kill.release", "bot", "bot_id")
            .OnReadyNodes().WithName("ReleaseBot").WithSummary("Releases a bot's kill switch once that is durable").MayFail(400, 401, 403, 404, 409, 413, 415, 503);
        group.MapPost("/token/revoke", RevokeToken).RequireAuthorization(Roles.Operator).Takes<ReasonRequest>(optional: true).Audited("bot.token.revoke", "bot", "bot_id")
            .OnReadyNodes().WithName("RevokeBotToken").WithSummary("Raises the generation of a bot's own token, once that is durable")
            .WithDescription("Tokens from before are refused within the gate's lease on every node. Print the new one with: token BOT_ID --generation N. A kill is taken from an old one too.")
            .MayFail(400, 401, 403, 404, 409, 413, 415, 503);
        group.MapPost("/live/arm", Arm).RequireAuthorization(Roles.Operator).Takes<ArmRequest>().Audited("live.arm", "bot", "bot_id")
            .OnReadyNodes().WithName("ArmBotLive").WithSummary("Arms LIVE for a bot, once that is durable").MayFail(400, 401, 403, 404, 409, 413, 415, 503);
        group.MapPost("/live/disarm", Disarm).RequireAuthorization(Roles.Operator).Takes<ReasonRequest>(optional: true).Audited("live.disarm", "bot", "bot_id")
            .WithName("DisarmBotLive").WithSummary("Disarms LIVE for a bot").MayFail(400, 401, 403, 404, 409, 413, 415, 503);
    }

    private static async Task<IResult> Kill(HttpContext context, string bot_id, KillSwitches switches) =>
        BotRules.CheckId(bot_id) is { } badId ? (ProblemResult)badId : await switches.EngageAsync(context, bot_id);

    private static async Task<Results<Ok<ReleaseAnswerBody>, ProblemResult>> Release(
        HttpContext context, string bot_id, IGrainFactory grains, KillSwitches switches)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        var body = await JsonBody.ReadAsync<ReasonRequest>(context);
        if ((body.Problem ?? ControlRules.Check(body.Value!)) is { } wrong) return (ProblemResult)wrong;
        var reason = body.Value!.Reason!;
        var answer = await switches.ReleaseAsync(context, bot_id, () => grains.BotAdmin(bot_id).Release(reason, context.Caller()));
        if (answer is not { Done: true, Bot: { } bot }) return BotAnswers.Refused(answer);
        return TypedResults.Ok(ControlMapping.ToRelease(bot.Kill, context.TraceId()));
    }

    private static async Task<Results<Ok<LiveAnswerBody>, ProblemResult>> Arm(HttpContext context, string bot_id, IGrainFactory grains)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        var body = await JsonBody.ReadAsync<ArmRequest>(context);
        if ((body.Problem ?? ControlRules.Check(body.Value!)) is { } wrong) return (ProblemResult)wrong;
        var (minutes, reason) = (body.Value!.Minutes!.Value, body.Value.Reason!);
        return Live(context, await grains.BotAdmin(bot_id).ArmLive(TimeSpan.FromMinutes(minutes), reason, context.Caller()));
    }

    private static async Task<Results<Ok<LiveAnswerBody>, ProblemResult>> Disarm(HttpContext context, string bot_id, IGrainFactory grains, AuditTrail audit)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        var body = await JsonBody.ReadOptionalAsync<ReasonRequest>(context);
        if (!body.Read) return (ProblemResult)body.Problem;
        var reason = ControlRules.KillReason(body.Value);
        var answer = await audit.SettleAsync(context, () => grains.Bot(bot_id).DisarmLive(reason, context.Caller()), Outcome, ("reason", reason));
        return Live(context, answer);
    }

    private static async Task<Results<Ok<BotTokenRevokedAnswer>, ProblemResult>> RevokeToken(HttpContext context, string bot_id, IGrainFactory grains)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        var body = await JsonBody.ReadOptionalAsync<ReasonRequest>(context);
        if (!body.Read) return (ProblemResult)body.Problem;
        var reason = TextRules.Sanitize(body.Value.Reason, TextRules.MaxReason);
        var answer = await grains.BotAdmin(bot_id).RevokeToken(reason, context.Caller());
        return answer is { Done: true, Bot: { } bot }
            ? TypedResults.Ok(new BotTokenRevokedAnswer(bot_id, bot.Generation, context.TraceId()))
            : BotAnswers.Refused(answer);
    }

    private static string Outcome(BotAnswer answer) => AuditOutcomes.Of(answer.Code);

    private static Results<Ok<LiveAnswerBody>, ProblemResult> Live(HttpContext context, BotAnswer answer) =>
        answer is { Done: true, Bot: { } bot } ? TypedResults.Ok(ControlMapping.ToLive(bot.Live, context.TraceId())) : BotAnswers.Refused(answer);
}
