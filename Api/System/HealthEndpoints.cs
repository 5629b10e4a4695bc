using ControlPlane.Abstractions;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Http;
using ControlPlane.Api.Stores;
using ControlPlane.Contracts;
using ControlPlane.Grains.Gates.Node;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.SystemControl;

/// <summary>Liveness and readiness, open to all.</summary>
internal static class HealthEndpoints
{
    /// <summary>How long a node may be without an answer of the gate: longer than a failover takes.</summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(10);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Health").AllowAnonymous();
        group.MapGet("/healthz", Alive).WithName("Healthz").WithSummary("The process is alive");
        group.MapGet("/readyz", Ready)
            .WithName("Readyz").WithSummary("This node can serve: a first snapshot of the gate is there and the store answers and takes the gate's row, also while BLOCKED")
            .MayFail(503);
    }

    private static Ok<HealthAnswer> Alive(HttpContext context) => TypedResults.Ok(new HealthAnswer("alive", context.TraceId()));

    private static async Task<Results<Ok<ReadinessAnswer>, ProblemResult>> Ready(HttpContext context, NodeGate gate, StoreReadiness store, TimeProvider time)
    {
        var reading = gate.Read();
        if (ReadyNode.Reason(reading) is { } reason) return (ProblemResult)Problems.DataUnavailable(reason);
        if (reading.Snapshot?.Blockers.Any(b => b is { Code: Codes.DataUnavailable, Severity: Severity.Blocked, Gate: null, Provider: null }) == true)
            return (ProblemResult)Problems.DataUnavailable("The store does not take the gate's row.");
        if (reading is { ValidForMs: <= 0, Suspended: null, HeardAt: { } heard } && time.GetUtcNow() - heard > s_silence)
            return (ProblemResult)Problems.DataUnavailable("This node hears nothing of the gate: the store does not take its row, or no silo can be reached.");
        return await store.AnswersAsync(context.RequestAborted)
            ? TypedResults.Ok(new ReadinessAnswer(true, true, true, context.TraceId()))
            : (ProblemResult)Problems.DataUnavailable("The store does not answer.");
    }
}
