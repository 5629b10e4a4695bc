using ControlPlane.Api.Hosting;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Security;

/// <summary>The origin of this control plane's own page: where the request was sent to, or the configured public one.</summary>
internal sealed class PageOrigin(IOptions<ApiOptions> options)
{
    private readonly string? _public = options.Value.Session.PublicOrigin?.TrimEnd('/');

    /// <summary>True when browsers see this process behind TLS, whatever the connection here is.</summary>
    public bool IsSecure(HttpRequest request) =>
        request.IsHttps || _public?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>True when the request names exactly one origin and it is the page's own.</summary>
    public bool Matches(HttpRequest request) =>
        request.Headers.Origin is [{ } origin]
        && (string.Equals(origin, $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase)
            || (_public is not null && string.Equals(origin, _public, StringComparison.OrdinalIgnoreCase)));

    /// <summary>True when the request names another origin than the page's own. Programs name none.</summary>
    public bool IsForeign(HttpRequest request) => request.Headers.Origin.Count > 0 && !Matches(request);
}
