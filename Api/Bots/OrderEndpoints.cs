using ControlPlane.Abstractions;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.Bots;

/// <summary>The risk engine's check of orders, and the reports that it needs.</summary>
internal static class OrderEndpoints
{
    public static void MapOrders(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/bots/{bot_id}").WithTags("Orders").RequireAuthorization(Roles.Runner);
        group.MapPost("/orders/check", Check).NotAudited("granted orders and refusals are recorded as such").Takes<OrderCheckRequest>()
            .WithName("CheckOrder").WithSummary("May this order be sent?")
            .WithDescription(
                "Checks the gate, the kill, the runner's lease, LIVE and the tier, then every limit. A granted order is on disk and counts as open until it is reported or times out; from then on it counts by its worse outcome until it is settled. " +
                "epoch is required. intent cancel needs the runner's lease and epoch alone, and grants nothing. intent open needs trading ACTIVE and a price. intent reduce passes in every trading state when it truly reduces, without a price, and never while a kill is engaged. " +
                "client_order_id makes the call idempotent: the same order again is the same grant; one that has ended, or another order, is refused with ID_REUSED. Exits of one oco_group count as the largest of them. " +
                "A refusal is a 200 with allowed false that names the rule, its limit and the orders in the way (order_ids), and is recorded as a no-trade.")
            .MayFail(400, 401, 403, 404, 413, 415, 503);
        routes.MapGet("/api/bots/{bot_id}/orders", List).WithTags("Orders").RequireAuthorization(Roles.Viewer)
            .WithName("ListOrders").WithSummary("A bot's granted orders, newest first")
            .WithDescription("status=open: only those whose end nobody has told of. Status unknown: nobody has told of it in time, and it counts by its worse outcome.")
            .MayFail(400, 401, 403, 404, 503);
        group.MapPost("/orders/{order_id}/report", Report).NotAudited("recorded with the order").Takes<OrderReportRequest>()
            .WithName("ReportOrder").WithSummary("Tells what became of a granted order")
            .WithDescription("status: open renews its time; filled counts it as held until trades replace it; canceled or rejected ends it. A recorded trade fills its order by itself.")
            .MayFail(400, 401, 403, 404, 413, 415, 503);
        group.MapPost("/positions", Position).Audited("position.settle", "bot", "bot_id").Takes<PositionReportRequest>()
            .WithName("ReportPosition").WithSummary("Tells the whole position in a symbol as the broker has it")
            .WithDescription("as_of is the moment of which it speaks; trades after it move it on. A report that contradicts the trades makes the position unknown: nothing opens, and an exit passes up to the smaller of the two. settle with reason is an operator's: the ledger takes the quantity over.")
            .MayFail(400, 401, 403, 404, 413, 415, 503);
        group.MapPost("/account", Account).NotAudited("telemetry: positions and orders are the record").Takes<AccountReportRequest>()
            .WithName("ReportAccount").WithSummary("Tells everything that the broker has of this bot, after it was away")
            .WithDescription("as_of and positions are required. Orders that were granted before and are not in open_orders are over; symbols that are not listed are flat. What such orders could have filled explains a difference; beyond that it is a contradiction. What the first account before any grant tells is set aside and is not the bot's.")
            .MayFail(400, 401, 403, 404, 413, 415, 503);
        group.MapPost("/marks", Mark).NotAudited("telemetry").Takes<MarkReportRequest>()
            .WithName("ReportMark").WithSummary("Tells the last trade of the market in a symbol, for the price collar")
            .MayFail(400, 401, 403, 404, 413, 415, 429, 503);
    }

    private static async Task<Results<Ok<OrderCheckAnswer>, ProblemResult>> Check(HttpContext context, string bot_id, IGrainFactory grains, KnownKills kills)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        var body = await JsonBody.ReadAsync<OrderCheckRequest>(context);
        if (!body.Read) return (ProblemResult)body.Problem;
        var request = body.Value;
        if (OrderBodies.Check(request, context.TraceId(), out var order) is { } wrong) return (ProblemResult)wrong;
        var answer = kills.Over(bot_id, await grains.Bot(bot_id).CheckOrder(order));
        if (answer.Code is { } code) return code == Codes.UnknownBot ? (ProblemResult)Problems.UnknownBot() : Problems.Refused(code, null);
        return TypedResults.Ok(new OrderCheckAnswer(
            answer.Allowed,
            [.. answer.Refusals.Select(r => new OrderRefusalRow(r.Code, r.Rule, r.Limit, r.Actual, r.Message) { OrderIds = r.OrderIds })],
            answer.TradingState.Known(),
            answer.Gate.Epoch,
            answer.Gate.Version,
            answer.NoTradeId,
            context.TraceId()) { OrderId = answer.OrderId, IndependentMark = answer.IndependentMark });
    }

    private static async Task<Results<Ok<RiskReportAnswer>, ProblemResult>> Report(HttpContext context, string bot_id, string order_id, IGrainFactory grains)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        if (!TextRules.IsText(order_id, OrderBodies.MaxOrderId)) return (ProblemResult)Problems.Invalid("An order's id is the one that its check has answered with.");
        var body = await JsonBody.ReadAsync<OrderReportRequest>(context);
        if (!body.Read) return (ProblemResult)body.Problem;
        OrderEnd? end = body.Value.Status switch
        {
            "open" => OrderEnd.Open,
            "filled" => OrderEnd.Filled,
            "canceled" => OrderEnd.Canceled,
            "rejected" => OrderEnd.Rejected,
            _ => null,
        };
        if (end is null) return (ProblemResult)Problems.Invalid("'status' must be 'open', 'filled', 'canceled' or 'rejected'.");
        return Answer(context, await grains.Bot(bot_id).ReportOrder(order_id, end.Value));
    }

    private static async Task<Results<Ok<ListAnswer<OrderRow>>, ProblemResult>> List(
        HttpContext context, string bot_id, ClusterReads cluster, [AsParameters] PageQuery page, string? status = null)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        if (status is not (null or "open")) return (ProblemResult)Problems.Invalid("'status' must be 'open', or absent.");
        if (page.Read(out var limit) is { } wrong) return (ProblemResult)wrong;
        var answer = await cluster.BotAsync(bot_id, bot => bot.GetOrders(status == "open", limit, page.Before));
        return answer.Code switch
        {
            null => TypedResults.Ok(new ListAnswer<OrderRow>([.. answer.Items.Select(OrderBodies.ToRow)], answer.Next, [], context.TraceId())),
            Codes.UnknownBot => (ProblemResult)Problems.UnknownBot(),
            Codes.InvalidRequest => (ProblemResult)Problems.Invalid("'before' is not a cursor of this list.", "Take it from 'next' of the page before."),
            _ => (ProblemResult)Problems.DataUnavailable(),
        };
    }

    private static async Task<Results<Ok<RiskReportAnswer>, ProblemResult>> Position(HttpContext context, string bot_id, IGrainFactory grains)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        var body = await JsonBody.ReadAsync<PositionReportRequest>(context);
        if (!body.Read) return (ProblemResult)body.Problem;
        if (body.Value.Quantity is not { } quantity) return (ProblemResult)Problems.Invalid("'quantity' must be a number; 0 for no position.");
        var report = new PositionReport(body.Value.Symbol ?? "", quantity, body.Value.AsOf);
        if (body.Value.Settle is not true) return Answer(context, await grains.Bot(bot_id).ReportPosition(report));

        if (context.Role() != Roles.Operator) return (ProblemResult)Problems.Forbidden("Only an operator settles a position.", "Report the position without 'settle'.");
        if (!TextRules.IsText(body.Value.Reason, TextRules.MaxReason)) return (ProblemResult)Problems.Invalid("'reason' is required to settle a position.");
        return Answer(context, await grains.Bot(bot_id).ReportPosition(report with { Settles = true, Reason = body.Value.Reason, By = context.Caller() }));
    }

    private static async Task<Results<Ok<AccountReportAnswer>, ProblemResult>> Account(HttpContext context, string bot_id, IGrainFactory grains)
    {
        if (BotRules.CheckId(bot_id) is { } badId) return (ProblemResult)badId;
        var body = await JsonBody.ReadAsync<AccountReportRequest>(context);
        if (!body.Read) return (ProblemResult)body.Problem;
        if (OrderBodies.Check(body.Value, out var account) is { } wrong) return (ProblemResult)wrong;
        var answer = await grains.Bot(bot_id).ReportAccount(account);
        return answer.Code switch
        {
            null => TypedResults.Ok(new AccountReportAnswer(true, answer.EndedOrders, answer.Contradictions, context.TraceId())),
            Codes.UnknownBot => (ProblemResult)Problems.UnknownBot(),
            { } code => (ProblemResult)Problems.Refused(code, answer.Message),
        };
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
