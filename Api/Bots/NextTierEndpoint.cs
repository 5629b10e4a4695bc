using System.ComponentModel;
using ControlPlane.Abstractions;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.Bots;

/// <summary>What the next tiers of several bots need, in one request.</summary>
internal static class NextTierEndpoint
{
    public const int MaxBots = 50;

    public static void MapNextTiers(this IEndpointRouteBuilder routes) => routes.MapGet("/api/autonomy/next", Get).WithTags("Bots").RequireAuthorization(Roles.Viewer)
        .WithName("GetNextTiers").WithSummary("What the next tier of each of these bots still needs")
        .WithDescription($"'bots': up to {MaxBots} ids with commas. A bot that is not registered is left out; one that could not be read stands in 'unavailable' by its id.")
        .MayFail(400, 401, 403);

    private static async Task<Results<Ok<NextTiersAnswer>, ProblemResult>> Get(
        HttpContext context, ClusterReads cluster, TimeProvider time, [Description("Ids with commas.")] string bots = "")
    {
        var ids = bots.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (ids.Length > MaxBots) return (ProblemResult)Problems.Invalid($"'bots' must hold at most {MaxBots} ids.");
        if (ids.Select(BotRules.CheckId).FirstOrDefault(wrong => wrong is not null) is { } badId) return (ProblemResult)badId;
        var read = await Task.WhenAll(ids.Distinct(StringComparer.Ordinal).Select(async id => (Id: id, Reading: await ReadAsync(cluster, id))));
        return TypedResults.Ok(new NextTiersAnswer(
            [.. read.Where(bot => bot.Reading.Row is not null).Select(bot => bot.Reading.Row!)],
            [.. read.Where(bot => bot.Reading.Code is not null).Select(bot => new UnavailableRow(bot.Id, bot.Reading.Code!, time.GetUtcNow()))],
            context.TraceId()));
    }

    private static async Task<(NextTierRow? Row, string? Code)> ReadAsync(ClusterReads cluster, string id)
    {
        try
        {
            if (await cluster.BotAsync(id, bot => bot.GetAutonomy()) is not { } report) return (null, null);
            var answer = AutonomyMapping.ToContract(id, report, "");
            return (new NextTierRow(id, answer.NextTier, answer.ScoreForNextTier, answer.Needs is [var need, ..] ? need : null), null);
        }
        catch (Exception exception)
        {
            return (null, Failures.CodeOf(exception));
        }
    }
}
