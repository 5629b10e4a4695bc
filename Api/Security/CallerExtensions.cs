using ControlPlane.Abstractions;
using ControlPlane.Api.Http;

namespace ControlPlane.Api.Security;

/// <summary>Who makes a request.</summary>
internal static class CallerExtensions
{
    /// <summary>The highest role of a caller who is known.</summary>
    public static string Role(this HttpContext context) => context.User.Identity?.Name ?? "";

    public static Caller Caller(this HttpContext context) => new(context.Role(), context.Role(), context.TraceId());
}
