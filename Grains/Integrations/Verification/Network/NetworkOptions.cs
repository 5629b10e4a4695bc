namespace ControlPlane.Grains.Integrations.Verification.Network;

/// <summary><c>ControlPlane:Network</c>: where calls to providers may go beyond public addresses.</summary>
public sealed class NetworkOptions
{
    public const string Section = "ControlPlane:Network";

    /// <summary>Hosts, addresses and networks (<c>192.168.1.0/24</c>) with commas, which may be private, and which plain <c>http</c> may be used with.
    /// Metadata addresses of clouds are never among them.</summary>
    public string? Allow { get; set; }

    /// <summary>True: calls to public addresses go through the proxy that <c>HTTPS_PROXY</c> names, except to hosts of <c>NO_PROXY</c>.</summary>
    public bool UseProxy { get; set; }

    /// <summary>Each rule that is broken, as <c>key: rule</c>.</summary>
    public IEnumerable<string> Errors() =>
        NetworkPolicy.WrongEntries(this).Select(entry =>
            $"ControlPlane__Network__Allow: entry {entry} must be the name of a host, an address, or a network such as 192.168.1.0/24; no metadata address, and no network wider than /8 (IPv6: /16).");
}
