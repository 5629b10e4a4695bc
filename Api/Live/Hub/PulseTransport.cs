using Microsoft.AspNetCore.Http.Features;
using ByteStream = System.IO.Stream;

namespace ControlPlane.Api.Live.Hub;

/// <summary>Puts the pulse beneath each WebSocket of the hub. Before WebSockets, which take the connection as they find it.</summary>
internal sealed class PulseTransport(RequestDelegate next, KeptTime kept)
{
    public Task InvokeAsync(HttpContext context)
    {
        var features = context.Features;
        if (context.Request.Path.StartsWithSegments(HubEndpoints.Route, StringComparison.OrdinalIgnoreCase))
        {
            var pulse = new HubPulse(kept);
            features.Set(pulse);
            if (features.Get<IHttpUpgradeFeature>() is { } upgrade) features.Set<IHttpUpgradeFeature>(new Upgrade(upgrade, pulse));
            if (features.Get<IHttpExtendedConnectFeature>() is { } connect) features.Set<IHttpExtendedConnectFeature>(new ExtendedConnect(connect, pulse));
        }

        return next(context);
    }

    private sealed class Upgrade(IHttpUpgradeFeature inner, HubPulse pulse) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<ByteStream> UpgradeAsync() => new PulseStream(await inner.UpgradeAsync(), pulse);
    }

    private sealed class ExtendedConnect(IHttpExtendedConnectFeature inner, HubPulse pulse) : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => inner.IsExtendedConnect;

        public string? Protocol => inner.Protocol;

        public async ValueTask<ByteStream> AcceptAsync() => new PulseStream(await inner.AcceptAsync(), pulse);
    }
}
