using ControlPlane.Abstractions;

namespace ControlPlane.Api.Gateway;

/// <summary>Has orders and cancels evaluated before they are sent. Without an evaluator none passes.</summary>
internal sealed class GatewayOrders(IOrderPassage? passage = null, IGatewayObserver? observer = null)
{
    /// <param name="send">Sends the call with this body and query.</param>
    /// <returns>Why it was not passed on; null when an answer was given.</returns>
    public async Task<GatewayRefusal?> PassAsync(HttpContext context, GatewayCall call, Func<byte[], string, IPassageInFlight, Task<GatewayRefusal?>> send)
    {
        if (passage is null) return new(StatusCodes.Status503ServiceUnavailable, Codes.GatewayUnavailable, "Nobody here evaluates orders, so none passes.");
        switch (await passage.BeginAsync(call, context.RequestAborted))
        {
            case PassageDecision.Send sent:
                return await send(sent.Body, sent.Query, sent.InFlight);
            case PassageDecision.Replay replay:
                context.Response.StatusCode = replay.HttpStatus;
                context.Response.ContentType = replay.ContentType;
                context.Response.ContentLength = replay.Body.Length;
                await context.Response.Body.WriteAsync(replay.Body, context.RequestAborted);
                return null;
            case PassageDecision.Refuse refuse:
                return new(refuse.HttpStatus, refuse.Code, refuse.Detail, refuse.Fix, refuse.Reasons);
            default:
                return new(StatusCodes.Status503ServiceUnavailable, Codes.DataUnavailable, "The order could not be evaluated.");
        }
    }

    /// <summary>Who learns from the answer of a read; null for nobody.</summary>
    public Action<int, ReadOnlyMemory<byte>>? LearnerOf(GatewayCall call) =>
        observer is null || call.Match.Operation?.Learn is null ? null : (status, body) => observer.SeenAsync(call, status, body).Ignore();
}
