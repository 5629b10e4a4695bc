using System.Net.Mime;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Api.Live.Stream;

/// <summary>The system's status as server-sent events.</summary>
internal static class StreamEndpoint
{
    public static void MapSystemStream(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/system/stream", StreamAsync).WithTags("System").RequireAuthorization(Roles.Viewer)
            .WithName("StreamSystemStatus").WithSummary("The status on every change, and a heartbeat every second")
            .WithDescription("Server-sent events. 'status' holds what GET /api/system/status answers: first as it stands, then on every change; a turn to BLOCKED comes at once. 'heartbeat' comes every second with epoch, version, valid_until and valid_for_ms. A reader that takes nothing for 2 seconds, or whose session ends, is cut.")
            .Produces(StatusCodes.Status200OK, contentType: MediaTypeNames.Text.EventStream)
            .MayFail(401, 403);

    private static async Task StreamAsync(HttpContext context, LiveFeed feed, LiveSubscribers subscribers)
    {
        await feed.ReadyAsync(context.RequestAborted);
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = MediaTypeNames.Text.EventStream;
        await context.Response.StartAsync(context.RequestAborted);

        // Whoever asks for the head alone waits for its end.
        if (context.Features.Get<AskedForHead>() is not null) return;
        var connection = ActivatorUtilities.CreateInstance<StreamConnection>(context.RequestServices, context, context.TraceId(), LiveAccess.Of(context));
        using var membership = subscribers.Add(connection);
        await connection.RunAsync();
    }
}
