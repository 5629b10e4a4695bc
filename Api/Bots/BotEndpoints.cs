using ControlPlane.Abstractions;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;
using ControlPlane.Grains.Integrations.Catalogue;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.Bots;

/// <summary>Registering and reading bots.</summary>
internal static class BotEndpoints
{
    public static void MapBots(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/bots").WithTags("Bots");
        group.MapPut("/{bot_id}", Register).RequireAuthorization(Roles.Runner).Takes<BotRegistrationRequest>().Audited("bot.register", "bot", "bot_id")
            .WithName("PutBot").WithSummary("Registers or updates a bot")
            .WithDescription("bot_id: 1 to 64 of a-z, 0-9, '.', '_', '-'. What is absent stays as it is. A runner may only tighten; dropping a requirement, loosening a limit (below its default for a new bot), allowing more symbols, mode live, and instruments, aliases, may_use, currency and states_confidence are the operator's. A change of mode, requires, risk_limits, allowed_symbols, model or of those disarms LIVE; registering what is there changes nothing. risk_limits: max_order_quantity, max_order_notional, max_position_notional, max_gross_notional, max_open_orders, max_orders_per_minute, max_daily_loss, price_collar_percent, duplicate_order_seconds.")
            .MayFail(400, 401, 403, 409, 413, 415, 429, 503);
        group.MapDelete("/{bot_id}", Delete).RequireAuthorization(Roles.Operator).Audited("bot.delete", "bot", "bot_id")
            .OnReadyNodes().WithName("DeleteBot").WithSummary("Deletes a bot that holds nothing")
            .WithDescription("409 with a live lease, open orders or a position. What it did stays recorded. One that is registered again under its id begins with tier OBSERVE; its own tokens and leases from before are void, and its kill switch stays as it is.")
            .MayFail(400, 401, 403, 404, 409, 503);
        group.MapGet("", List).RequireAuthorization(Roles.Viewer)
            .WithName("ListBots").WithSummary("A page of bots, newest first")
            .WithDescription("100 bots a page unless 'limit' says otherwise; 'next' is the value of 'before' for the page after it, and null at the end.")
            .MayFail(400, 401, 403, 503);
        group.MapGet("/{bot_id}", Get).RequireAuthorization(Roles.Viewer)
            .WithName("GetBot").WithSummary("One bot").MayFail(400, 401, 403, 404, 503);
    }

    private static async Task<Results<Ok<BotAnswerBody>, ProblemResult>> Register(
        HttpContext context, string bot_id, IGrainFactory grains, ProviderCatalogue catalogue, TimeProvider time)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        var body = await JsonBody.ReadAsync<BotRegistrationRequest>(context);
        if (!body.Read) return (ProblemResult)body.Problem;
        if (BotRules.Check(body.Value, id => catalogue.Find(id) is not null, out var registration) is { } wrong) return (ProblemResult)wrong;

        var answer = await grains.Bot(bot_id).Register(registration, context.Caller());
        return answer is { Done: true, Bot: { } view }
            ? TypedResults.Ok(BotMapping.ToAnswer(view, await ReachAsync(grains, bot_id), time.GetUtcNow(), context.TraceId()))
            : BotAnswers.Refused(answer);
    }

    private static async Task<Results<Ok<BotDeletedAnswer>, ProblemResult>> Delete(HttpContext context, string bot_id, IGrainFactory grains)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        var answer = await grains.BotAdmin(bot_id).Delete(context.Caller());
        return answer.Done ? TypedResults.Ok(new BotDeletedAnswer(bot_id, Deleted: true, context.TraceId())) : BotAnswers.Refused(answer);
    }

    private static async Task<Results<Ok<BotsAnswer>, ProblemResult>> List(
        HttpContext context, ClusterReads cluster, TimeProvider time, [AsParameters] PageQuery page)
    {
        if (page.Read(out var limit) is { } wrong) return (ProblemResult)wrong;
        var after = page.Before is null ? (BotCursor?)null : BotCursor.Parse(page.Before);
        var bots = (await cluster.BotsAsync()).Where(bot => after?.IsBefore(bot) ?? true).ToList();
        var shown = bots.Take(limit).ToList();
        var next = shown.Count < bots.Count ? BotCursor.Of(shown[^1]).Format() : null;
        return TypedResults.Ok(new BotsAnswer(time.GetUtcNow(), [.. shown.Select(BotMapping.ToRow)], next, [], context.TraceId()));
    }

    private static async Task<Results<Ok<BotAnswerBody>, ProblemResult>> Get(
        HttpContext context, string bot_id, ClusterReads cluster, IGrainFactory grains, TimeProvider time)
    {
        if (BotRules.CheckId(bot_id) is { } wrong) return (ProblemResult)wrong;
        return await cluster.BotAsync(bot_id) is { } bot
            ? TypedResults.Ok(BotMapping.ToAnswer(bot, await ReachAsync(grains, bot_id), time.GetUtcNow(), context.TraceId()))
            : (ProblemResult)Problems.UnknownBot();
    }

    private static async Task<GatewayReach?> ReachAsync(IGrainFactory grains, string botId)
    {
        try
        {
            return await grains.Bot(botId).GatewayReach();
        }
        catch (Exception)
        {
            // Unknown is null: the rest of the row is worth having.
            return null;
        }
    }
}
