using ControlPlane.Abstractions;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Api.SystemControl;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.Bots;

/// <summary>How much autonomy a bot has earned, and the operator's confirmation of the next step.</summary>
internal static class AutonomyEndpoints
{
    public static void MapAutonomy(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/bots/{bot_id}/autonomy").WithTags("Bots");
        group.MapGet("", Get).RequireAuthorization(Roles.Viewer)
            .WithName("GetAutonomy").WithSummary("A bot's tier, its score with every factor, and what the next tier still needs")
            .WithDescription("Worked out from the evidence as it stands now. A factor without enough evidence is null and caps the tier below LIVE; when the evidence can't be read everything is null, the tier stays and can't rise.")
            .MayFail(400, 401, 403, 404, 503);
        group.MapPost("/promote", Promote).RequireAuthorization(Roles.Operator).Takes<ReasonRequest>().Audited("autonomy.promote", "bot", "bot_id")
            .OnReadyNodes().WithName("PromoteBot").WithSummary("Confirms the step into a LIVE tier that the evidence allows, once that is durable")
            .WithDescription("409 with code TIER_TOO_LOW names what is missing.")
            .MayFail(400, 401, 403, 404, 409, 413, 415, 503);
    }

    private static async Task<Results<Ok<AutonomyAnswer>, ProblemResult>> Get(HttpContext context, string bot_id, ClusterReads cluster)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        return await cluster.BotAsync(bot_id, bot => bot.GetAutonomy()) is { } report
            ? TypedResults.Ok(AutonomyMapping.ToContract(bot_id, report, context.TraceId()))
            : (ProblemResult)Problems.UnknownBot();
    }

    private static async Task<Results<Ok<AutonomyAnswer>, ProblemResult>> Promote(
        HttpContext context, string bot_id, IGrainFactory grains, ClusterReads cluster)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        var body = await JsonBody.ReadAsync<ReasonRequest>(context);
        if ((body.Problem ?? ControlRules.Check(body.Value!)) is { } wrong) return (ProblemResult)wrong;
        var reason = body.Value!.Reason!;
        var answer = await grains.BotAdmin(bot_id).Promote(reason, context.Caller());
        if (answer is not { Done: true }) return BotAnswers.Refused(answer);
        return await cluster.BotAsync(bot_id, bot => bot.GetAutonomy()) is { } report
            ? TypedResults.Ok(AutonomyMapping.ToContract(bot_id, report, context.TraceId()))
            : (ProblemResult)Problems.UnknownBot();
    }
}
