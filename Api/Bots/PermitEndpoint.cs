using System.Globalization;
using ControlPlane.Abstractions;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.Bots;

/// <summary>May this bot act now? A local read of the node's gate: no grain, no store.</summary>
internal static class PermitEndpoint
{
    public static void MapPermit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/bots/{bot_id}/permit", Permit).WithTags("Runners").RequireAuthorization(Roles.Viewer)
            .WithName("GetPermit").WithSummary("May this bot open, reduce or cancel now?")
            .WithDescription("intent is open, reduce or cancel; epoch is the runner's lease epoch. The rule is that of orders/check: open needs everything; reduce needs this node's lease, the runner's lease and no kill, in whatever trading state, and the order must truly reduce; cancel needs the runner's lease. Answered from the node's own snapshot; what the node has not heard of is not allowed. valid_for_ms counts from the moment the request was sent.")
            .MayFail(400, 401, 403);

    private static Results<Ok<PermitAnswer>, ProblemResult> Permit(
        HttpContext context, string bot_id, IGate gate, string? intent = null, string? epoch = null)
    {
        if (BotRules.CheckId(bot_id) is { } wrong) return (ProblemResult)wrong;
        if (PermitReasons.Intent(intent) is not { } asked) return (ProblemResult)Problems.Invalid("'intent' must be 'open', 'reduce' or 'cancel'.");
        if (!long.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var leaseEpoch))
            return (ProblemResult)Problems.Invalid("'epoch' must be the epoch of the runner's lease.");
        var bot = gate.For(bot_id, leaseEpoch);
        var answer = bot.Check();
        var (allowed, validForMs) = PermitReasons.Answer(asked, answer);
        return TypedResults.Ok(new PermitAnswer(
            allowed,
            answer.TradingState.Known(),
            [.. PermitReasons.Codes(bot, answer).Select(code => new PermitReason(code, PermitReasons.Message(code)))],
            validForMs,
            answer.Epoch,
            answer.Version,
            context.TraceId()));
    }
}
