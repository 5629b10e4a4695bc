using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Api.Session;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Api.Live.Hub;

/// <summary>The hub's addresses: negotiating, and the WebSocket itself. It offers WebSockets alone; who can't have one reads
/// <c>GET /api/system/stream</c>.</summary>
internal static class HubEndpoints
{
    public const string Route = "/hubs/status";

    public static void MapStatusHub(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Route).RequireAuthorization(Roles.Viewer).AddEndpointFilter(RefuseForeignAsync).ExcludeFromDescription();
        group.MapPost("/negotiate", Negotiate).NotAudited("opens a connection that only reads");
        group.MapMethods("", [HttpMethods.Get, HttpMethods.Connect], (Delegate)ConnectAsync);
    }

    // A browser sends the cookie with a WebSocket of any site's page, but the page's origin too. Programs with a bearer token name none.
    private static async ValueTask<object?> RefuseForeignAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        var page = context.RequestServices.GetRequiredService<PageOrigin>();
        var bySession = context.Features.Get<ActiveSession>() is not null;
        var allowed = bySession ? page.Matches(context.Request) : !page.IsForeign(context.Request);
        return allowed ? await next(invocation) : (ProblemResult)Problems.Forbidden("The hub takes only the Origin of this control plane, or a bearer token without one.");
    }

    private static async Task Negotiate(HttpContext context)
    {
        var version = int.TryParse(context.Request.Query["negotiateVersion"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Min(asked, 1) : 0;
        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteNumber("negotiateVersion", version);

        // Nothing is kept under these: the WebSocket is let in by its own credentials.
        writer.WriteString("connectionId", RandomNumberGenerator.GetHexString(32, lowercase: true));
        if (version > 0) writer.WriteString("connectionToken", RandomNumberGenerator.GetHexString(32, lowercase: true));
        writer.WriteStartArray("availableTransports");
        writer.WriteStartObject();
        writer.WriteString("transport", "WebSockets");
        writer.WriteStartArray("transferFormats");
        writer.WriteStringValue("Text");
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteString("trace_id", context.TraceId());
        writer.WriteEndObject();
        await writer.FlushAsync(context.RequestAborted);
    }

    private static async Task<ProblemResult?> ConnectAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest) return Problems.Invalid("The hub takes WebSockets alone.", "Connect with a SignalR client, or read GET /api/system/stream.");

        // Pings go with the beats.
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        var connection = ActivatorUtilities.CreateInstance<HubConnection>(context.RequestServices, socket, context, context.Features.GetRequiredFeature<HubPulse>(), LiveAccess.Of(context));
        using var membership = context.RequestServices.GetRequiredService<LiveSubscribers>().Add(connection);
        await connection.RunAsync();
        return null;
    }
}
