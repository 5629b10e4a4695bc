using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Grains.Integrations.Verification.Network;

/// <summary>The operator's allow-list of private hosts and networks.</summary>
public sealed class NetworkPolicy
{
    private const int WidestV4 = 8;
    private const int WidestV6 = 16;
    private readonly FrozenSet<string> _hosts;
    private readonly IPNetwork[] _networks;

    public NetworkPolicy(NetworkOptions options)
    {
        var entries = Entries(options).ToList();
        _networks = [.. entries.Select(NetworkOf).OfType<IPNetwork>()];
        _hosts = entries.Where(entry => NetworkOf(entry) is null).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        UseProxy = options.UseProxy;
    }

    /// <summary>Nothing is allowed beyond public addresses and loopback.</summary>
    public static NetworkPolicy None { get; } = new(new NetworkOptions());

    public bool UseProxy { get; }

    /// <summary>Whether the list names the host or address of this URL.</summary>
    public bool Names(Uri address)
    {
        var host = Literal(address.Host);
        return IPAddress.TryParse(host, out var ip) ? Contains(ip) : _hosts.Contains(host) && !MetadataAddresses.IsName(host);
    }

    /// <summary>Whether a network of the list holds the address.</summary>
    public bool Contains(IPAddress address) => !MetadataAddresses.Contains(address) && Array.Exists(_networks, network => network.Contains(address));

    /// <summary>Whether a host that the list names may be found at this address.</summary>
    public bool Allows(string host, IPAddress address) =>
        !MetadataAddresses.Contains(address) && (_hosts.Contains(Literal(host)) || Contains(address) || AddressGuard.IsPublic(address));

    /// <summary>Positions, from 1, of entries that are neither host nor network, or that no list may hold.</summary>
    internal static IEnumerable<int> WrongEntries(NetworkOptions options) =>
        Entries(options).Select((entry, index) => (entry, index)).Where(pair => !IsEntry(pair.entry)).Select(pair => pair.index + 1);

    private static IEnumerable<string> Entries(NetworkOptions options) =>
        (options.Allow ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool IsEntry(string entry)
    {
        if (NetworkOf(entry) is not { } network)
            return Uri.CheckHostName(entry) == UriHostNameType.Dns && !MetadataAddresses.IsName(entry);
        var narrow = network.PrefixLength >= (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? WidestV4 : WidestV6);
        return narrow && !MetadataAddresses.Covers(network);
    }

    private static IPNetwork? NetworkOf(string entry)
    {
        if (IPNetwork.TryParse(entry, out var network))
            return network;
        return IPAddress.TryParse(Literal(entry), out var address) ? new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128) : null;
    }

    private static string Literal(string host) => host.Trim('[', ']');
}
