using System.ComponentModel;
using ControlPlane.Abstractions;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Api.Integrations;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.Bots.Traces;

/// <summary>Reads back what bots did and why.</summary>
internal static class TraceListEndpoints
{
    private const int MaxId = 100;

    public static void MapTraceLists(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/bots/{bot_id}").WithTags("Traces").RequireAuthorization(Roles.Viewer);
        group.MapGet("/decisions", Decisions).WithName("ListDecisions").WithSummary("Why a bot traded, newest first")
            .MayFail(400, 401, 403, 404, 503);
        group.MapGet("/decisions/{decision_id}", Decision).WithName("GetDecision")
            .WithSummary("One decision with its trade and the usage events of its trace")
            .WithDescription("Usage events of this bot with the decision's trace_id, within an hour of it, at most 200, newest first; null and named in 'unavailable' when they could not be read; empty without a trace_id.")
            .MayFail(400, 401, 403, 404, 503);
        group.MapGet("/no-trades", NoTrades).WithName("ListNoTrades").WithSummary("Why a bot did not trade, newest first; equal neighbours folded")
            .MayFail(400, 401, 403, 404, 503);
        group.MapGet("/trades", Trades).WithName("ListTrades").WithSummary("A bot's trades, newest first")
            .MayFail(400, 401, 403, 404, 503);
        group.MapGet("/funnel", Funnel).WithName("GetFunnel").WithSummary("From cycles to fills over the last 24 hours")
            .WithDescription("blind: with at least 20 gaps between signals known, the bot is blind once the cycles since its last signal exceed 10 and twice the 95th percentile of its last 100 gaps (all of them settings).")
            .MayFail(400, 401, 403, 404, 503);
    }

    private static async Task<Results<Ok<ListAnswer<DecisionRow>>, ProblemResult>> Decisions(
        HttpContext context, string bot_id, ClusterReads cluster, [AsParameters] PageQuery page) =>
        await List(context, bot_id, cluster, page, (bot, limit) => bot.GetDecisions(limit, page.Before), TraceMapping.ToRow);

    private static async Task<Results<Ok<ListAnswer<NoTradeRow>>, ProblemResult>> NoTrades(
        HttpContext context,
        string bot_id,
        ClusterReads cluster,
        [AsParameters] PageQuery page,
        [Description("Only no-trades with a reason of this code.")] string? reason = null)
    {
        if (reason is not null && !NoTradeCodes.All.Contains(reason))
            return (ProblemResult)Problems.Invalid($"'reason' must be one of {string.Join(", ", NoTradeCodes.All)}.");
        return await List(context, bot_id, cluster, page, (bot, limit) => bot.GetNoTrades(limit, page.Before, reason), TraceMapping.ToRow);
    }

    private static async Task<Results<Ok<ListAnswer<TradeRow>>, ProblemResult>> Trades(
        HttpContext context, string bot_id, ClusterReads cluster, [AsParameters] PageQuery page) =>
        await List(context, bot_id, cluster, page, (bot, limit) => bot.GetTrades(limit, page.Before), TraceMapping.ToRow);

    private static async Task<Results<Ok<DecisionDetailAnswer>, ProblemResult>> Decision(
        HttpContext context, string bot_id, string decision_id, ClusterReads cluster, TimeProvider time)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        if (!TextRules.IsText(decision_id, MaxId)) return (ProblemResult)Problems.Invalid($"A decision's id must be 1 to {MaxId} characters of {TextRules.TextRule}.");
        var detail = await cluster.BotAsync(bot_id, bot => bot.GetDecision(decision_id));
        if (detail.Code is { } code) return Refused(code);
        if (detail.Decision is not { } decision)
        {
            return (ProblemResult)Problems.Of(StatusCodes.Status404NotFound, Codes.InvalidRequest, "No decision of this id is recorded for this bot.");
        }

        var named = decision.Decision.TraceId is not null && detail.Usage is null;
        return TypedResults.Ok(new DecisionDetailAnswer(
            TraceMapping.ToRow(bot_id, decision),
            detail.Usage is { } usage ? [.. usage.Select(IntegrationDetailMapping.ToContract)] : named ? null : [],
            named ? [new UnavailableRow("usage_events", Codes.DataUnavailable, time.GetUtcNow())] : [],
            context.TraceId()));
    }

    private static async Task<Results<Ok<FunnelAnswer>, ProblemResult>> Funnel(HttpContext context, string bot_id, ClusterReads cluster, TimeProvider time)
    {
        if (BotRules.CheckId(bot_id) is { } wrong) return (ProblemResult)wrong;
        var reading = await cluster.BotAsync(bot_id, bot => bot.GetFunnel());
        return reading.Code == Codes.UnknownBot
            ? (ProblemResult)Problems.UnknownBot()
            : TypedResults.Ok(TraceMapping.ToAnswer(bot_id, reading, time.GetUtcNow(), context.TraceId()));
    }

    private static async Task<Results<Ok<ListAnswer<TRow>>, ProblemResult>> List<TTrace, TRow>(
        HttpContext context,
        string botId,
        ClusterReads cluster,
        PageQuery page,
        Func<IBotGrain, int, Task<TracePage<TTrace>>> read,
        Func<string, TTrace, TRow> row)
    {
        if (BotRules.CheckId(botId) is { } badId) return (ProblemResult)badId;
        if (page.Read(out var limit) is { } wrong) return (ProblemResult)wrong;
        var answer = await cluster.BotAsync(botId, bot => read(bot, limit));
        return answer.Code is { } code
            ? Refused(code)
            : TypedResults.Ok(new ListAnswer<TRow>([.. answer.Items.Select(item => row(botId, item))], answer.Next, [], context.TraceId()));
    }

    private static ProblemResult Refused(string code) => code switch
    {
        Codes.UnknownBot => Problems.UnknownBot(),
        Codes.InvalidRequest => Problems.Invalid("'before' is not a cursor of this list.", "Take it from 'next' of the page before."),
        _ => Problems.DataUnavailable(),
    };
}
