using ControlPlane.Abstractions;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.Bots;

/// <summary>Starting, renewing and stopping a bot's runner.</summary>
internal static class RunnerEndpoints
{
    public static void MapRunners(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/bots/{bot_id}/runner").WithTags("Runners").RequireAuthorization(Roles.Runner);
        group.MapPost("/start", Start).Takes<RunnerStartRequest>().Audited("runner.start", "bot", "bot_id")
            .OnReadyNodes().WithName("StartRunner").WithSummary("Safe start: a lease under a new epoch, or everything that denies it")
            .Produces<StartDeniedProblem>(StatusCodes.Status409Conflict, ProblemResult.MediaType)
            .WithDescription("lease.token opens the provider gateway for as long as the lease lives; it is stored nowhere. reduce_only: a bot that holds or may hold a position, or has open orders, gets a lease while BLOCKED; only exits and cancels pass under it, also once the gate opens; it needs neither LIVE nor a tier and is never paced. After three granted starts of a bot within a minute by one runner_id from one address the next ones answer 429 RUNNER_RESTARTING with Retry-After.")
            .MayFail(400, 401, 403, 404, 413, 415, 429, 503);
        group.MapPost("/restart", Start).Takes<RunnerStartRequest>().Audited("runner.restart", "bot", "bot_id")
            .OnReadyNodes().WithName("RestartRunner").WithSummary("As start, gated like it: the same runner_id gets a new epoch")
            .Produces<StartDeniedProblem>(StatusCodes.Status409Conflict, ProblemResult.MediaType)
            .MayFail(400, 401, 403, 404, 413, 415, 429, 503);
        group.MapPost("/heartbeat", Heartbeat).NotAudited("telemetry").Takes<RunnerRequest>()
            .WithName("HeartbeatRunner").WithSummary("Renews the lease, under HALT too, and says what the runner must do")
            .Produces<LeaseFencedProblem>(StatusCodes.Status409Conflict, ProblemResult.MediaType)
            .MayFail(400, 401, 403, 404, 413, 415, 503);
        group.MapPost("/stop", Stop).Takes<RunnerRequest>(optional: true).Audited("runner.stop", "bot", "bot_id")
            .WithName("StopRunner").WithSummary("Ends the lease; an old epoch changes nothing and is a 200 as well")
            .WithDescription("Without runner_id or epoch it stops whoever holds the lease.")
            .MayFail(400, 401, 403, 404, 413, 415, 503);
    }

    private static async Task<Results<Ok<StartGranted>, ProblemResult>> Start(
        HttpContext context, string bot_id, IGrainFactory grains, AuditTrail audit, KnownKills kills, AccessTokens tokens)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        var body = await JsonBody.ReadAsync<RunnerStartRequest>(context);
        if ((body.Problem ?? BotRules.CheckRunner(body.Value!.RunnerId)) is { } wrong) return (ProblemResult)wrong;
        var mode = EnumNames.Find<TradingMode>(body.Value!.Mode);
        if (body.Value.Mode is not null && mode is null) return (ProblemResult)Problems.Invalid("'mode' must be 'paper' or 'live'.");
        var runner = body.Value.RunnerId!;
        var answer = await audit.SettleAsync(
            context,
            async () => kills.Over(bot_id, await grains.Bot(bot_id).Start(
                new RunnerStart(runner, mode, body.Value.ReduceOnly ?? false, Address: context.Connection.RemoteIpAddress?.ToString()), context.Caller())),
            static answer => answer.Granted ? AuditOutcomes.Done : answer.Code ?? AuditOutcomes.Refused,
            ("runner_id", runner),
            ("mode", body.Value.Mode),
            ("reduce_only", body.Value.ReduceOnly is true ? "true" : null));
        answer = kills.Over(bot_id, answer);
        return answer is { Granted: true, Lease: { } lease }
            ? TypedResults.Ok(RunnerMapping.ToGranted(answer, lease, tokens.Current.TokenOf(bot_id, answer.Epoch), context.TraceId()))
            : RunnerMapping.ToDenied(answer);
    }

    private static async Task<Results<Ok<HeartbeatBody>, ProblemResult>> Heartbeat(HttpContext context, string bot_id, IGrainFactory grains, KnownKills kills)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        var body = await JsonBody.ReadAsync<RunnerRequest>(context);
        if ((body.Problem ?? BotRules.CheckRunner(body.Value!.RunnerId)) is { } wrong) return (ProblemResult)wrong;
        if (body.Value!.Epoch is not { } epoch) return (ProblemResult)Problems.Invalid("'epoch' must be the epoch of the runner's lease.");
        var answer = kills.Over(bot_id, await grains.Bot(bot_id).Heartbeat(body.Value.RunnerId!, epoch, context.Caller()));
        return answer is { Code: null, Lease: { } lease }
            ? TypedResults.Ok(RunnerMapping.ToHeartbeat(answer, lease, epoch, context.TraceId()))
            : (ProblemResult)RunnerMapping.ToFenced(answer, answer.Code ?? Codes.LeaseFenced);
    }

    private static async Task<Results<Ok<RunnerStopAnswer>, ProblemResult>> Stop(
        HttpContext context, string bot_id, IGrainFactory grains, AuditTrail audit)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        var body = await JsonBody.ReadOptionalAsync<RunnerRequest>(context);
        if (!body.Read) return (ProblemResult)body.Problem;
        if (body.Value.RunnerId is not null && BotRules.CheckRunner(body.Value.RunnerId) is { } wrong) return (ProblemResult)wrong;
        var bot = grains.Bot(bot_id);
        var (runner, epoch) = (body.Value.RunnerId, body.Value.Epoch);
        if (runner is null || epoch is null)
        {
            if (await bot.Get() is not { } now) return (ProblemResult)Problems.UnknownBot();
            runner ??= now.Runner.RunnerId ?? "";
            epoch ??= now.Runner.Epoch;
        }

        var answer = await audit.SettleAsync(
            context,
            () => bot.Stop(runner, epoch.Value, context.Caller()),
            static answer => AuditOutcomes.Of(answer.Code),
            ("runner_id", runner));
        if (answer is not { Done: true, Bot: { } view }) return BotAnswers.Refused(answer);
        var stopped = view.Runner.State is not (RunnerState.Running or RunnerState.Starting);
        return TypedResults.Ok(new RunnerStopAnswer(stopped, BotMapping.ToContract(view.Runner), context.TraceId()));
    }
}
