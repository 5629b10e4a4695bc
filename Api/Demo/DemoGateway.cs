using ControlPlane.Api.Gateway;
using ControlPlane.Api.Security;
using ControlPlane.SampleBots;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ControlPlane.Api.Demo;

/// <summary>The way of the sample bots to this process's own gateway, over HTTP like any other bot's.</summary>
internal sealed class DemoGateway(IServer server, GatewayListeners listeners, AccessTokens tokens) : IGatewayAccess
{
    private const string Loopback = "127.0.0.1";

    public Uri? Address => AddressOf(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [], listeners.IsOwn);

    public string? LeaseToken(string botId, long epoch) => tokens.Current.TokenOf(botId, epoch);

    /// <summary>The gateway below the first address that serves it, plain HTTP before HTTPS; null while none has its port.</summary>
    /// <param name="isOwn">Whether a port belongs to one provider's listener.</param>
    internal static Uri? AddressOf(IEnumerable<string> addresses, Func<int, bool> isOwn) => addresses
        .Select(BindingAddress.Parse)
        .Where(address => !address.IsUnixPipe && !address.IsNamedPipe && address.Port > 0 && !isOwn(address.Port))
        .OrderBy(address => address.Scheme == Uri.UriSchemeHttp ? 0 : 1)
        .Select(address => new Uri($"{address.Scheme}://{HostOf(address.Host)}:{address.Port}{GatewayAddress.Root}/"))
        .FirstOrDefault();

    /// <summary>Who listens on every address is called on this machine's own.</summary>
    private static string HostOf(string host) => host is "*" or "+" or "0.0.0.0" or "[::]" ? Loopback : host;
}
