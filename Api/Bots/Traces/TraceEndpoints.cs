using System.Text.Json;
using ControlPlane.Abstractions;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Api.Usage;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Bots.Traces;

/// <summary>Takes in what bots did and why.</summary>
internal static class TraceEndpoints
{
    private const int RetryAfterSeconds = 1;
    private const string Forms = " One object, or {\"items\":[...]}; up to 10,000 and 10 MiB. Of a list, bad ones are rejected one by one; one by itself that is not taken is a 422 with its code; what is counted in 'accepted' is on disk; the same id again is a duplicate.";

    public static void MapTraces(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/bots/{bot_id}").WithTags("Traces").RequireAuthorization(Roles.Runner);
        group.MapPost("/decisions", Decisions).NotAudited("a trace: it is its own record").Takes<DecisionRequest>()
            .WithName("RecordDecisions").WithSummary("Records why a bot traded")
            .WithDescription("symbol and action are required. variables: up to 100 numbers, texts and booleans. trace_id: the one that the cycle's usage events carry." + Forms)
            .MayFail(400, 401, 403, 404, 413, 415, 422, 429, 503);
        group.MapPost("/no-trades", NoTrades).NotAudited("a trace: it is its own record").Takes<NoTradeRequest>()
            .WithName("RecordNoTrades").WithSummary("Records why a bot did not trade")
            .WithDescription("reasons: 1 to 20, each with a code. Equal neighbours (same symbol, codes and rules in a row) are folded." + Forms)
            .MayFail(400, 401, 403, 404, 413, 415, 422, 429, 503);
        group.MapPost("/trades", Trades).NotAudited("a trace: it is its own record").Takes<TradeRequest>()
            .WithName("RecordTrades").WithSummary("Records a trade, or completes a recorded one")
            .WithDescription("trade_id, symbol, side, quantity and price are required. A trade is a round trip: side is that of its opening order (order_id); the same trade_id again with closed_at, pnl and close_order_id closes it, a part that is closed is a trade of its own. A larger quantity is the next state of a growing fill and brings its price; a smaller one changes nothing; another symbol or side is rejected (ID_REUSED). Open trades are the bot's position for the risk engine. A trade closed without pnl makes the day's loss unknown, and nothing opens; a loss may grow after the closing. history (an operator's) imports closed trades that count nowhere." + Forms)
            .MayFail(400, 401, 403, 404, 413, 415, 422, 429, 503);
        group.MapPost("/cycles", Cycles).NotAudited("a trace: it is its own record").Takes<CycleRequest>()
            .WithName("RecordCycles").WithSummary("Records finished cycles, each with exactly one outcome")
            .WithDescription("outcome: traded (at least one order sent), no_signal, suppressed (a signal, nothing sent) or error. Counts that are absent are the least that the outcome implies. A known cycle with another outcome is rejected." + Forms)
            .MayFail(400, 401, 403, 404, 413, 415, 422, 429, 503);
    }

    private static Task<Results<Ok<TraceReceiptAnswer>, ProblemResult>> Decisions(
        HttpContext context, string bot_id, IGrainFactory grains, IngestBudget budget, IOptions<JsonOptions> json, TimeProvider time) =>
        Record<DecisionRequest, DecisionTrace>(context, bot_id, budget, json, new TraceBodies(time.GetUtcNow()).ToTrace, traces => grains.Bot(bot_id).RecordDecisions(traces));

    private static Task<Results<Ok<TraceReceiptAnswer>, ProblemResult>> NoTrades(
        HttpContext context, string bot_id, IGrainFactory grains, IngestBudget budget, IOptions<JsonOptions> json, TimeProvider time) =>
        Record<NoTradeRequest, NoTradeTrace>(context, bot_id, budget, json, new TraceBodies(time.GetUtcNow()).ToTrace, traces => grains.Bot(bot_id).RecordNoTrades(traces));

    private static Task<Results<Ok<TraceReceiptAnswer>, ProblemResult>> Trades(
        HttpContext context, string bot_id, IGrainFactory grains, IngestBudget budget, IOptions<JsonOptions> json, TimeProvider time) =>
        Record<TradeRequest, TradeTrace>(context, bot_id, budget, json, new TraceBodies(time.GetUtcNow(), context.Role() == Roles.Operator).ToTrace, traces => grains.Bot(bot_id).RecordTrades(traces));

    private static Task<Results<Ok<TraceReceiptAnswer>, ProblemResult>> Cycles(
        HttpContext context, string bot_id, IGrainFactory grains, IngestBudget budget, IOptions<JsonOptions> json, TimeProvider time) =>
        Record<CycleRequest, CycleTrace>(context, bot_id, budget, json, new TraceBodies(time.GetUtcNow()).ToTrace, traces => grains.Bot(bot_id).RecordCycles(traces));

    private static async Task<Results<Ok<TraceReceiptAnswer>, ProblemResult>> Record<TBody, TTrace>(
        HttpContext context,
        string botId,
        IngestBudget budget,
        IOptions<JsonOptions> json,
        Func<TBody, (TTrace? Trace, string? Id, string? Broken)> map,
        Func<System.Collections.Immutable.ImmutableArray<TTrace>, Task<TraceReceipt>> record)
        where TBody : class
        where TTrace : class
    {
        if (BotRules.CheckId(botId) is { } badId) return (ProblemResult)badId;
        if (!MediaTypes.IsJson(context.Request)) return (ProblemResult)Problems.ForStatus(StatusCodes.Status415UnsupportedMediaType);
        if (context.Request.ContentLength > IngestBudget.MaxBodyBytes) return TooLarge();
        using var room = budget.Open(IngestCaller.Of(context));
        using var deadline = BodyDeadline.Start(context.RequestServices.GetRequiredService<TimeProvider>());
        TraceBatch<TTrace> batch;
        using (var body = await PooledBody.ReadAsync(context.Request, IngestBudget.MaxBodyBytes, room, deadline))
        {
            if (body is null) return Full();
            try
            {
                batch = TraceBatch<TTrace>.Parse(body.Memory, json.Value.SerializerOptions, IgnoredFields.Of(context), map);
            }
            catch (Exception e) when (JsonFaults.IsMalformed(e))
            {
                return (ProblemResult)JsonBody.Malformed();
            }
        }

        if (batch.TooMany) return TooLarge();
        var receipt = await record(batch.Traces);
        return receipt.Code switch
        {
            null => Taken(batch, batch.Receipt(receipt, context.TraceId())),
            Codes.UnknownBot => (ProblemResult)Problems.UnknownBot(),
            Codes.RateLimited => Full(),
            { } code => (ProblemResult)Problems.Refused(code, "The store could not be written; none of this call was taken."),
        };
    }

    private static Results<Ok<TraceReceiptAnswer>, ProblemResult> Taken<TTrace>(TraceBatch<TTrace> batch, TraceReceiptAnswer receipt)
        where TTrace : class =>
        batch.IsOne && receipt.Rejected is [var only] ? (ProblemResult)Problems.RefusedItem(only) : TypedResults.Ok(receipt);

    private static ProblemResult TooLarge() => Problems.ForStatus(StatusCodes.Status413PayloadTooLarge) with
    {
        Detail = $"A call may hold {TraceBatch<DecisionTrace>.MaxItems} traces and {IngestBudget.MaxBodyBytes} bytes at most.",
    };

    private static ProblemResult Full() => new(
        Problems.ForStatus(StatusCodes.Status429TooManyRequests) with { Detail = "There is no room for more traces now; none of this call was taken." }, RetryAfterSeconds);
}
