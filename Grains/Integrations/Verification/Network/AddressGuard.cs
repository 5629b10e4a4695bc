using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Grains.Integrations.Verification.Network;

/// <summary>Addresses that no verify may connect to: everything that is not plain public unicast.</summary>
/// <remarks>From the IANA special-purpose registries. Forms that carry an IPv4 address inside an IPv6 one (mapped, 6to4, NAT64, Teredo)
/// are refused whatever they carry.</remarks>
internal static class AddressGuard
{
    private static readonly IPNetwork[] s_refusedV4 =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("168.63.129.16/32"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.0.0.0/24"),
        IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.88.99.0/24"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("198.18.0.0/15"),
        IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"),
        IPNetwork.Parse("224.0.0.0/4"),
        IPNetwork.Parse("240.0.0.0/4"),
    ];

    private static readonly IPNetwork s_globalV6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] s_refusedV6 =
    [
        IPNetwork.Parse("2001::/23"),
        IPNetwork.Parse("2001:db8::/32"),
        IPNetwork.Parse("2002::/16"),
        IPNetwork.Parse("3fff::/20"),
    ];

    public static bool IsPublic(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return !Array.Exists(s_refusedV4, network => network.Contains(address));

        // IPNetwork compares the IPv4 part of a mapped address, and so finds ::ffff:10.0.0.1 in 2000::/3.
        return !address.IsIPv4MappedToIPv6
            && s_globalV6.Contains(address)
            && !Array.Exists(s_refusedV6, network => network.Contains(address));
    }

    /// <summary>True when the address itself is loopback; a mapped form is not.</summary>
    public static bool IsLoopback(IPAddress address) => !address.IsIPv4MappedToIPv6 && IPAddress.IsLoopback(address);
}
