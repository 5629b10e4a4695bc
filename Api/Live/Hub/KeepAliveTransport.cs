using Microsoft.AspNetCore.Http.Features;
using ByteStream = System.IO.Stream;

namespace ControlPlane.Api.Live.Hub;

/// <summary>Puts a keep-alive stream below each WebSocket of the hub. It must come before the WebSocket middleware, which takes the connection as it
/// is.</summary>
internal sealed class KeepAliveTransport(RequestDelegate next, LagCompensatedClock kept)
{
    public Task InvokeAsync(HttpContext context)
    {
        var features = context.Features;
        if (context.Request.Path.StartsWithSegments(HubEndpoints.Route, StringComparison.OrdinalIgnoreCase))
        {
            var pulse = new HubKeepAlive(kept);
            features.Set(pulse);
            if (features.Get<IHttpUpgradeFeature>() is { } upgrade) features.Set<IHttpUpgradeFeature>(new Upgrade(upgrade, pulse));
            if (features.Get<IHttpExtendedConnectFeature>() is { } connect) features.Set<IHttpExtendedConnectFeature>(new ExtendedConnect(connect, pulse));
        }

        return next(context);
    }

    private sealed class Upgrade(IHttpUpgradeFeature inner, HubKeepAlive pulse) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<ByteStream> UpgradeAsync() => new KeepAliveStream(await inner.UpgradeAsync(), pulse);
    }

    private sealed class ExtendedConnect(IHttpExtendedConnectFeature inner, HubKeepAlive pulse) : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => inner.IsExtendedConnect;

        public string? Protocol => inner.Protocol;

        public async ValueTask<ByteStream> AcceptAsync() => new KeepAliveStream(await inner.AcceptAsync(), pulse);
    }
}
