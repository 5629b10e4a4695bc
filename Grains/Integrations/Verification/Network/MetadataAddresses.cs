using System.Net;

namespace ControlPlane.Grains.Integrations.Verification.Network;

/// <summary>Where clouds hand out the credentials of a machine: link-local addresses, and the few elsewhere. No setting opens them.</summary>
internal static class MetadataAddresses
{
    private static readonly IPNetwork[] s_networks =
    [
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("100.100.100.200/32"),
        IPNetwork.Parse("168.63.129.16/32"),
        IPNetwork.Parse("192.0.0.192/32"),
        IPNetwork.Parse("fd00:ec2::/32"),
        IPNetwork.Parse("fe80::/10"),
    ];

    private static readonly string[] s_names = ["metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal"];

    public static bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(s_networks, network => network.Contains(plain));
    }

    public static bool IsName(string host) => s_names.Contains(host.TrimEnd('.'), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a network lies within one of these.</summary>
    public static bool Covers(IPNetwork network) =>
        Array.Exists(s_networks, metadata => metadata.Contains(network.BaseAddress) && metadata.PrefixLength <= network.PrefixLength);
}
