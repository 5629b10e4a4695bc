using System.Net;
using System.Net.Sockets;
using ControlPlane.Api.Hosting;
using Microsoft.AspNetCore.Connections.Features;

namespace ControlPlane.Api.Security;

/// <summary>Where a request comes from: by the connection itself, or by the word of a trusted proxy. Forwarded headers of anybody else are
/// whatever their sender likes.</summary>
internal static class PeerAddress
{
    /// <summary>The IPv4 address, or the /64 of an IPv6 one: a single customer owns a whole /64.</summary>
    public static string Of(HttpContext context)
    {
        // Only trusted proxies bring this.
        if (context.Features.Get<ForwardedClient>() is { } forwarded) return Group(forwarded.Address);

        // Forwarded-headers middleware, when somebody switches it on, rewrites Connection but not the endpoint.
        var endpoint = context.Features.Get<IConnectionEndPointFeature>()?.RemoteEndPoint as IPEndPoint;
        return Group(endpoint?.Address ?? context.Connection.RemoteIpAddress);
    }

    internal static string Group(IPAddress? address)
    {
        if (address is null) return "unknown";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
