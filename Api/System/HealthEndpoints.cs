using ControlPlane.Abstractions;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Http;
using ControlPlane.Api.Stores;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.SystemControl;

/// <summary>Liveness and readiness, open to all.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Health").AllowAnonymous();
        group.MapGet("/healthz", Alive).WithName("Healthz").WithSummary("The process is alive");
        group.MapGet("/readyz", Ready)
            .WithName("Readyz").WithSummary("This node can serve: a first snapshot of the gate is there and the store answers, also while BLOCKED")
            .MayFail(503);
    }

    private static Ok<HealthAnswer> Alive(HttpContext context) => TypedResults.Ok(new HealthAnswer("alive", context.TraceId()));

    private static async Task<Results<Ok<ReadinessAnswer>, ProblemResult>> Ready(HttpContext context, INodeGate gate, StoreHealth store)
    {
        if (ReadyNode.Reason(gate.Read()) is { } reason) return (ProblemResult)Problems.DataUnavailable(reason);
        return await store.AnswersAsync(context.RequestAborted)
            ? TypedResults.Ok(new ReadinessAnswer(true, true, true, context.TraceId()))
            : (ProblemResult)Problems.DataUnavailable("The store does not answer.");
    }
}
