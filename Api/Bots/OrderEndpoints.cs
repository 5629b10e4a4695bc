using ControlPlane.Abstractions;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.Bots;

/// <summary>The risk engine in front of orders, and what it must be told.</summary>
internal static class OrderEndpoints
{
    private const int MaxOrderId = 100;

    public static void MapOrders(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/bots/{bot_id}").WithTags("Orders").RequireAuthorization(Roles.Runner);
        group.MapPost("/orders/check", Check).NotAudited("granted orders and refusals are recorded as such").Takes<OrderCheckRequest>()
            .WithName("CheckOrder").WithSummary("May this order be sent?")
            .WithDescription(
                "Checks the gate, the kill, the runner's lease, LIVE and the tier, then every limit; a granted order is on disk and counts as open until its trade or report, or until it times out. " +
                "intent open needs trading ACTIVE. intent reduce must truly reduce a known position and passes in every trading state, but never while a kill is engaged; beyond its position it is held by the price collar alone. " +
                "A position is known from the recorded open trades, corrected by the last position report while that is fresh. The collar rests on the last recorded trade or mark; without a fresh one LIVE is refused. " +
                "A refusal is a 200 with allowed false, and is recorded as a no-trade.")
            .MayFail(400, 401, 403, 404, 413, 415, 503);
        group.MapPost("/orders/{order_id}/report", Report).NotAudited("recorded with the order").Takes<OrderReportRequest>()
            .WithName("ReportOrder").WithSummary("Tells how a granted order ended")
            .WithDescription("status: filled, canceled or rejected. A recorded trade fills its order by itself.")
            .MayFail(400, 401, 403, 404, 413, 415, 503);
        group.MapPost("/positions", Position).NotAudited("telemetry: the position is the record").Takes<PositionReportRequest>()
            .WithName("ReportPosition").WithSummary("Tells the whole position in a symbol as the broker has it")
            .MayFail(400, 401, 403, 404, 413, 415, 503);
        group.MapPost("/marks", Mark).NotAudited("telemetry").Takes<MarkReportRequest>()
            .WithName("ReportMark").WithSummary("Tells the last trade of the market in a symbol, for the price collar")
            .MayFail(400, 401, 403, 404, 413, 415, 429, 503);
    }

    private static async Task<Results<Ok<OrderCheckAnswer>, ProblemResult>> Check(HttpContext context, string bot_id, IGrainFactory grains)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        var body = await JsonBody.ReadAsync<OrderCheckRequest>(context);
        if (!body.Read) return (ProblemResult)body.Problem;
        var request = body.Value;
        if (!TextRules.IsText(request.Symbol, BotRules.MaxSymbol)) return (ProblemResult)Problems.Invalid($"'symbol' must be 1 to {BotRules.MaxSymbol} characters of {TextRules.TextRule}.");
        OrderSide? side = request.Side switch { "buy" => OrderSide.Buy, "sell" => OrderSide.Sell, _ => null };
        if (side is null) return (ProblemResult)Problems.Invalid("'side' must be 'buy' or 'sell'.");
        OrderIntent? intent = request.Intent switch { null or "open" => OrderIntent.Open, "reduce" => OrderIntent.Reduce, _ => null };
        if (intent is null) return (ProblemResult)Problems.Invalid("'intent' must be 'open' or 'reduce'.");
        if (request.Quantity is not { } quantity) return (ProblemResult)Problems.Invalid("'quantity' must be a number.");

        var answer = await grains.Bot(bot_id).CheckOrder(
            new OrderCheck(request.Symbol!, side.Value, quantity, request.Price, intent.Value, request.Epoch, request.TraceId?.ToLowerInvariant() ?? context.TraceId()));
        if (answer.Code is { } code) return code == Codes.UnknownBot ? (ProblemResult)Problems.UnknownBot() : Problems.Refused(code, null);
        return TypedResults.Ok(new OrderCheckAnswer(
            answer.Allowed,
            [.. answer.Refusals.Select(r => new OrderRefusalRow(r.Code, r.Rule, r.Limit, r.Actual, r.Message))],
            answer.TradingState.ToContract(),
            answer.Gate.Epoch,
            answer.Gate.Version,
            answer.NoTradeId,
            context.TraceId()) { OrderId = answer.OrderId, IndependentMark = answer.IndependentMark });
    }

    private static async Task<Results<Ok<RiskReportAnswer>, ProblemResult>> Report(HttpContext context, string bot_id, string order_id, IGrainFactory grains)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        if (!TextRules.IsText(order_id, MaxOrderId)) return (ProblemResult)Problems.Invalid("An order's id is the one that its check has answered with.");
        var body = await JsonBody.ReadAsync<OrderReportRequest>(context);
        if (!body.Read) return (ProblemResult)body.Problem;
        OrderEnd? end = body.Value.Status switch
        {
            "filled" => OrderEnd.Filled,
            "canceled" => OrderEnd.Canceled,
            "rejected" => OrderEnd.Rejected,
            _ => null,
        };
        if (end is null) return (ProblemResult)Problems.Invalid("'status' must be 'filled', 'canceled' or 'rejected'.");
        return Answer(context, await grains.Bot(bot_id).ReportOrder(order_id, end.Value));
    }

    private static async Task<Results<Ok<RiskReportAnswer>, ProblemResult>> Position(HttpContext context, string bot_id, IGrainFactory grains)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        var body = await JsonBody.ReadAsync<PositionReportRequest>(context);
        if (!body.Read) return (ProblemResult)body.Problem;
        if (body.Value.Quantity is not { } quantity) return (ProblemResult)Problems.Invalid("'quantity' must be a number; 0 for no position.");
        return Answer(context, await grains.Bot(bot_id).ReportPosition(body.Value.Symbol ?? "", quantity));
    }

    private static async Task<Results<Ok<RiskReportAnswer>, ProblemResult>> Mark(HttpContext context, string bot_id, IGrainFactory grains)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        var body = await JsonBody.ReadAsync<MarkReportRequest>(context);
        if (!body.Read) return (ProblemResult)body.Problem;
        return Answer(context, await grains.Bot(bot_id).ReportMark(body.Value.Symbol ?? "", body.Value.Price ?? 0));
    }

    private static Results<Ok<RiskReportAnswer>, ProblemResult> Answer(HttpContext context, RiskReport report) => report.Code switch
    {
        null => TypedResults.Ok(new RiskReportAnswer(true, context.TraceId())),
        Codes.UnknownBot => (ProblemResult)Problems.UnknownBot(),
        { } code => (ProblemResult)Problems.Refused(code, report.Message),
    };
}
