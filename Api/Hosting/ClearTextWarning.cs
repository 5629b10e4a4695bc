using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Hosting;

/// <summary>Warns on every start when others on the network can read what is sent here.</summary>
internal sealed partial class ClearTextWarning(
    IServer server, IHostApplicationLifetime lifetime, IOptions<ApiOptions> options, ILogger<ClearTextWarning> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(Look);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Addresses beyond loopback on which nothing is encrypted.</summary>
    internal static string[] Open(IEnumerable<string> addresses) => [.. addresses.Where(IsOpen)];

    private void Look()
    {
        if (TrustedProxies.TryParse(options.Value.Access.TrustedProxies, out var proxies) && proxies.Count > 0) return;
        foreach (var address in Open(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])) LogOpen(logger, address);
    }

    private static bool IsOpen(string text)
    {
        try
        {
            var address = BindingAddress.Parse(text);
            return !address.IsUnixPipe && !address.IsNamedPipe
                && string.Equals(address.Scheme, "http", StringComparison.OrdinalIgnoreCase)
                && !string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase)
                && !(IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
        }
        catch (FormatException)
        {
            return true;
        }
    }

    [LoggerMessage(EventId = EventIds.ClearTextOpen, Level = LogLevel.Warning, Message = "{Address} can be reached from other machines without TLS: access tokens, session cookies, orders and every status travel in clear text. Listen on loopback behind a proxy that ends TLS and set ControlPlane__Access__TrustedProxies, or give the server a certificate (docs/proxy.md).")]
    private static partial void LogOpen(ILogger logger, string address);
}
