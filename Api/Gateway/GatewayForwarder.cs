using ControlPlane.Abstractions;
using ControlPlane.Api.Hosting;
using ControlPlane.Grains.Gateway.Upstreams;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace ControlPlane.Api.Gateway;

/// <summary>A call that may be sent.</summary>
/// <param name="Body">The whole body; null where it is streamed.</param>
/// <param name="Order">Of an order or a cancel.</param>
/// <param name="Taught">Gets the whole body of an answer that teaches.</param>
internal sealed record OutgoingCall(Upstream Upstream, FilledCall Filled, CallerSlots Slots, byte[]? Body, IPassageInFlight? Order, CallRecord Record, Action<int, ReadOnlyMemory<byte>>? Taught)
{
    public override string ToString() => nameof(OutgoingCall);
}

/// <summary>Passes a call on and its answer back, and records it when it ends, however it ends.</summary>
internal sealed class GatewayForwarder(IHttpForwarder forwarder, AnswerCleaner cleaner, IIntegrationUsage usage, IOptions<ApiOptions> options)
{
    /// <summary>The longest wait for an order's answer; what comes later is looked up.</summary>
    private static readonly TimeSpan s_orderTimeout = TimeSpan.FromSeconds(30);

    private readonly ForwarderRequestConfig _config = new()
    {
        ActivityTimeout = TimeSpan.FromSeconds(options.Value.Gateway.SilenceSeconds),
        Version = new Version(2, 0),
        VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        AllowResponseBuffering = false,
    };

    /// <returns>Why no answer could be passed back; null when one was, or nobody waits for one.</returns>
    public async Task<GatewayRefusal?> SendAsync(HttpContext context, OutgoingCall call, CancellationToken ended)
    {
        var flight = call.Order is null ? null : new OrderFlight(call.Order, s_orderTimeout);
        using var handler = new GatewayHandler(call.Upstream, call.Body, flight, cleaner, call.Record, call.Taught);
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        var transformer = new GatewayTransformer(call.Filled, call.Upstream, call.Slots, HeaderRules.Listed(context.Request.Headers.Connection), cleaner);
        var error = ForwarderError.None;
        try
        {
            error = await forwarder.SendAsync(context, call.Filled.Target.GetLeftPart(UriPartial.Authority), invoker, _config, transformer, ended);
        }
        finally
        {
            if (call.Record.WasSent) usage.LogAsync(call.Record.ToCall(Ending(error, context, call.Record))).Ignore();
        }

        if (error == ForwarderError.None || context.RequestAborted.IsCancellationRequested) return null;
        if (context.Response.HasStarted)
        {
            // The bot must not take half an answer for a whole one.
            context.Abort();
            return null;
        }

        context.Response.Clear();
        return flight is { NotSent: true }
            ? new(StatusCodes.Status503ServiceUnavailable, Codes.DataUnavailable, "It could not be put on disk that this order is sent, so it was not sent.", "Send it again with the same client order id.")
            : IsCallers(error)
                ? new(StatusCodes.Status400BadRequest, Codes.InvalidRequest, "The request's body did not come whole.")
                : Unreachable(call.Upstream.Provider.Name, call.Order is not null);
    }

    public static GatewayRefusal Unreachable(string provider, bool isOrder) => new(
        StatusCodes.Status502BadGateway,
        Codes.ProviderUnreachable,
        $"{provider} could not be reached, or did not answer whole.",
        isOrder ? "What became of the order is looked up. Send it again with the same client order id to learn it." : "Try again. GET /api/integrations/status shows how the provider stands.");

    private static CallFault? Ending(ForwarderError error, HttpContext context, CallRecord record) => error switch
    {
        ForwarderError.None => null,

        // Before the bot is asked after: when the provider breaks off, the forwarder ends the bot's connection itself.
        ForwarderError.ResponseBodyDestination => CallFault.BrokenOff,
        _ when context.RequestAborted.IsCancellationRequested => CallFault.ClientLeft,
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient or ForwarderError.ResponseBodyCanceled or ForwarderError.ResponseBodyClient
            or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeRequestClient or ForwarderError.UpgradeResponseCanceled or ForwarderError.UpgradeResponseClient => CallFault.ClientLeft,
        ForwarderError.RequestTimedOut or ForwarderError.UpgradeActivityTimeout => CallFault.TimedOut,
        _ => record.WasAnswered ? CallFault.BrokenOff : CallFault.Unreachable,
    };

    private static bool IsCallers(ForwarderError error) => error is ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled;
}
