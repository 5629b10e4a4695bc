using ControlPlane.Grains.Gateway.Upstreams;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace ControlPlane.Api.Gateway;

/// <summary>Writes the head of what is sent on: the caller's headers but for those of this hop, and our key.</summary>
/// <param name="listed">Names that the caller's <c>Connection</c> lists.</param>
internal sealed class GatewayTransformer(FilledCall filled, Upstream upstream, CallerSlots slots, HashSet<string>? listed, AnswerCleaner cleaner) : HttpTransformer
{
    public override ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        foreach (var (name, values) in httpContext.Request.Headers)
        {
            if (!HeaderRules.IsSent(name, values, listed, slots)) continue;
            if (filled.Headers.ContainsKey(name) && !upstream.IsDefault(name)) continue;
            if (!proxyRequest.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values)) proxyRequest.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }

        foreach (var (name, value) in filled.Headers)
        {
            if (upstream.IsDefault(name) && httpContext.Request.Headers.ContainsKey(name)) continue;

            // A signer says again what the body is.
            if (proxyRequest.Content is { } content && name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)) content.Headers.Remove(name);
            if (!proxyRequest.Headers.TryAddWithoutValidation(name, value)) proxyRequest.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        // What is packed can't be looked through.
        proxyRequest.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        proxyRequest.Headers.Host = null;
        proxyRequest.RequestUri = filled.Target;
        return default;
    }

    public override ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        if (httpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is not { IsReadOnly: false } trailers) return default;
        foreach (var (name, values) in proxyResponse.TrailingHeaders.NonValidated)
        {
            if (HeaderRules.IsAnswered(name, (int)proxyResponse.StatusCode)) trailers.Append(name, values.Select(cleaner.Clean).ToArray());
        }

        return default;
    }
}
