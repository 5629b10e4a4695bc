using ControlPlane.Api.Http;
using ControlPlane.Api.Integrations;
using ControlPlane.Api.Security;

namespace ControlPlane.Api.SystemControl;

/// <summary>Answers the two statuses that everybody reads in front of everything else, when they are asked for plainly with a bearer token and are
/// at hand. Whatever is not exactly that goes the long way.</summary>
internal sealed class StatusFastPath(RequestDelegate next, BearerRoles bearers, SystemStatusDocuments system, IntegrationsDocuments integrations)
{
    private const string System = "/api/system/status";
    private const string Integrations = "/api/integrations/status";

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var ofSystem = string.Equals(request.Path.Value, System, StringComparison.Ordinal);
        if (!ofSystem && !string.Equals(request.Path.Value, Integrations, StringComparison.Ordinal)) return next(context);
        if (request.QueryString.HasValue || !PlainRead.Is(request) || bearers.Of(request) is null) return next(context);
        if (ofSystem && system.TryTake() is { } status) return status.WriteAsync(context.Response, Begin(context));
        if (!ofSystem && integrations.TryTake() is { } table) return table.WriteAsync(context, Begin(context));
        return next(context);
    }

    private static string Begin(HttpContext context)
    {
        var traceId = PlainRead.TraceIdOf(context.Request);
        ResponseHeaders.Write(context.Response.Headers, traceId);
        return traceId;
    }
}
