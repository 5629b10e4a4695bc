using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace ControlPlane.Api.Hosting;

/// <summary>Who may say for whom a request comes, and under which scheme and prefix. Nobody, unless a setting names them.</summary>
internal static class TrustedProxies
{
    /// <summary>Reads addresses and networks, with commas.</summary>
    public static bool TryParse(string? text, out IReadOnlyList<IPNetwork> networks)
    {
        var read = new List<IPNetwork>();
        networks = read;
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (IPAddress.TryParse(part, out var address)) read.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else if (IPNetwork.TryParse(part, out var network)) read.Add(network);
            else return false;
        }

        return true;
    }

    /// <summary>Takes what trusted proxies forward, and serves everything below the configured prefix. In front of all else.</summary>
    public static void UseTrustedProxies(this WebApplication app)
    {
        var access = app.Services.GetRequiredService<IOptions<ApiOptions>>().Value.Access;
        if (TryParse(access.TrustedProxies, out var networks) && networks.Count > 0)
        {
            var forwarded = new ForwardedHeadersOptions
            {
                ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedPrefix,
                ForwardLimit = null,
            };

            // Loopback is in the framework's list: here it counts only when it is named.
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in networks) forwarded.KnownIPNetworks.Add(network);
            app.UseForwardedHeaders(forwarded);
            app.Use(static (context, next) =>
            {
                context.Features.Set(new ForwardedClient(context.Connection.RemoteIpAddress));
                return next(context);
            });
        }

        if (access.PathBase is { Length: > 0 } prefix) app.UsePathBase(prefix);
    }
}

/// <summary>The origin of a request, from headers of trusted proxies only.</summary>
internal sealed record ForwardedClient(IPAddress? Address);
