using ControlPlane.Abstractions;
using ControlPlane.Api.Http;
using ControlPlane.Grains.Access;

namespace ControlPlane.Api.Security;

/// <summary>Who makes a request.</summary>
internal static class CallerExtensions
{
    /// <summary>The highest role of a caller who is known.</summary>
    public static string Role(this HttpContext context) => context.User.Identity?.Name ?? "";

    /// <summary>The caller as grains know it: signed, since this node has authenticated the request.</summary>
    public static Caller Caller(this HttpContext context) =>
        context.RequestServices.GetRequiredService<CallerSignatures>().Sign(new(context.Role(), context.Role(), context.TraceId()));
}
