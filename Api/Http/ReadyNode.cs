using ControlPlane.Abstractions;
using ControlPlane.Api.Gates;
using ControlPlane.Contracts;
using ControlPlane.Grains.Gates.Node;

namespace ControlPlane.Api.Http;

/// <summary>A node that is not ready loosens nothing: the call is refused with the reason before anything else is read.</summary>
internal sealed class ReadyNode(NodeGate gate) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        Reason(gate.Read()) is { } reason
            ? ValueTask.FromResult<object?>((ProblemResult)Problems.Of(
                StatusCodes.Status503ServiceUnavailable, Codes.GateLeaseExpired, reason, "Ask a node that is ready, or correct this one: GET /readyz says whether it is."))
            : next(context);

    /// <summary>Why this node is not ready; null when it is, as far as the gate is concerned.</summary>
    public static string? Reason(NodeGateReading reading) => reading switch
    {
        { Refusal: not GateRefusal.None } => "This node runs another version or configuration than the cluster's gate, or holds other access tokens: the gate does not take it.",
        { Snapshot: null } => "This node has not heard from the gate yet.",
        _ => null,
    };
}

internal static class ReadyNodeExtensions
{
    /// <summary>The endpoint loosens, so that only a node that is ready carries it out.</summary>
    public static RouteHandlerBuilder OnReadyNodes(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilter<ReadyNode>();
}
