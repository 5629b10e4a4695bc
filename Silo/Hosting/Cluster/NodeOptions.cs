using System.Net;

namespace ControlPlane.Silo.Hosting.Cluster;

/// <summary><c>ControlPlane:Silo</c> as it is written; <see cref="ClusterSettings"/> tells what each means.</summary>
internal sealed class NodeOptions
{
    public const string Section = "ControlPlane:Silo";

    public string? Address { get; set; }

    public string? ListenAddress { get; set; }

    public int? Port { get; set; }

    public int? GatewayPort { get; set; }

    public int? HealthPort { get; set; }

    public bool? FastDetection { get; set; }

    /// <summary>True: no TLS beyond loopback.</summary>
    public bool? AllowPlain { get; set; }

    public NodeTlsOptions Tls { get; set; } = new();

    /// <summary>Each rule that is broken, as <c>key: rule</c>.</summary>
    public IEnumerable<string> Errors()
    {
        foreach (var (key, text) in new[] { (nameof(Address), Address), (nameof(ListenAddress), ListenAddress) })
        {
            if (!string.IsNullOrEmpty(text) && Parse(text) is null) yield return $"ControlPlane__Silo__{key}: must be an IP address of this host. Correct it, or remove it to stay on loopback.";
        }

        foreach (var (key, port) in new[] { (nameof(Port), Port), (nameof(GatewayPort), GatewayPort), (nameof(HealthPort), HealthPort) })
        {
            if (port is < 1 or > IPEndPoint.MaxPort) yield return $"ControlPlane__Silo__{key}: must be a port from 1 to 65535. Correct it, or remove it to take the default.";
        }
    }

    public static IPAddress? Parse(string? address) => IPAddress.TryParse(address, out var parsed) ? parsed : null;
}
