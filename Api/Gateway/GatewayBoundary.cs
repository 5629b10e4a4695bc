using ControlPlane.Abstractions;
using ControlPlane.Api.Http;

namespace ControlPlane.Api.Gateway;

/// <summary>What every answer of the gateway has, and what becomes of a fault. No answer has the text of an exception, and no log a path.</summary>
internal sealed partial class GatewayBoundary(RequestDelegate next, ILogger<GatewayBoundary> logger)
{
    // A page that a provider answers stands at our address: it may do nothing there.
    private const string Policy = "default-src 'none'; sandbox";

    public async Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state => Apply((HttpContext)state), context);
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer.
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            var refusal = fault is BadHttpRequestException bad
                ? new GatewayRefusal(bad.StatusCode, Codes.InvalidRequest, "The request is not well-formed.")
                : Failures.IsUnreachable(fault)
                    ? new GatewayRefusal(StatusCodes.Status503ServiceUnavailable, Codes.ControlPlaneUnreachable, "Nobody can tell what this bot may do now, so nothing passes.", "Try again.")
                    : new GatewayRefusal(StatusCodes.Status503ServiceUnavailable, Codes.GatewayUnavailable, "The call could not be passed on.", "Look for the trace id in the control plane's log.");
            if (fault is not BadHttpRequestException) LogFailed(logger, refusal.Code, fault);
            context.Response.Clear();
            await GatewayRefusals.WriteAsync(context, provider: null, refusal);
        }
    }

    private static Task Apply(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers[ResponseHeaders.TraceHeader] = context.TraceId();
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = Policy;
        return Task.CompletedTask;
    }

    [LoggerMessage(EventId = EventIds.GatewayFailed, Level = LogLevel.Error, Message = "A call to the gateway was answered with {Code}")]
    private static partial void LogFailed(ILogger logger, string code, Exception exception);
}
