using System.Net;
using ControlPlane.Silo.Storage.Postgres;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Silo.Hosting.Cluster;

/// <summary>How this process takes part in a cluster, if it does. Sections <c>ConnectionStrings</c> and <c>ControlPlane:Silo</c>.</summary>
/// <param name="ConnectionString">Of the cluster's PostgreSQL; null for a process by itself. Holds a secret.</param>
/// <param name="Address">What this silo tells the others, and where it listens unless told otherwise. Loopback unless set.</param>
/// <param name="Port">Of silo traffic; null to take a free one.</param>
/// <param name="GatewayPort">Of front ends; null for none.</param>
/// <param name="Tls">Null for plain connections.</param>
internal sealed record ClusterSettings(string? ConnectionString, IPAddress Address, int? Port, int? GatewayPort, ClusterTls? Tls)
{
    public const string Section = "ControlPlane:Silo";
    public const int DefaultPort = 11_111;
    public const int DefaultGatewayPort = 30_000;

    /// <summary>Where this silo listens, when the others reach it under another address: behind a forwarder, or in a container.</summary>
    public IPAddress ListenAddress { get; init; } = Address;

    /// <summary>False leaves failure detection to Orleans' own settings, which take some 15 s. Use it for hosts that stop for seconds (snapshots,
    /// migrations), or a network that refuses connections to running silos. The same on every silo.</summary>
    public bool FastDetection { get; init; } = true;

    /// <summary>Where a silo without an API answers <c>/healthz</c> and <c>/readyz</c>; null for nowhere. On <see cref="ListenAddress"/>.</summary>
    public int? HealthPort { get; init; }

    /// <summary>Whether Orleans' own dashboard runs. The same on every node.</summary>
    public bool OrleansDashboard { get; init; }

    public static ClusterSettings None { get; } = new(null, IPAddress.Loopback, null, null, null);

    public static ClusterSettings Read(IConfiguration configuration, SettingErrors errors)
    {
        var section = configuration.GetSection(Section);
        var database = configuration.GetConnectionString(SiloSettings.ConnectionString);
        if (string.IsNullOrWhiteSpace(database)) database = null;
        if (database is not null && PostgresConnectionString.Error(database) is { } error) errors.Add($"ConnectionStrings__ControlPlane: {error}");
        var address = ReadAddress(section, "Address", errors) ?? IPAddress.Loopback;
        var listen = ReadAddress(section, "ListenAddress", errors) ?? address;
        var tls = ClusterTls.Read(section, errors);
        if (!(IPAddress.IsLoopback(address) && IPAddress.IsLoopback(listen)) && tls is null && !section.GetValue("AllowPlain", false))
        {
            errors.Add("ControlPlane__Silo__Address: beyond loopback the nodes' traffic needs TLS. Set ControlPlane__Silo__Tls__CertificateFile, __KeyFile and __CaFile, or ControlPlane__Silo__AllowPlain=true on a network that nobody else is on.");
        }

        var fast = true;
        if (section[nameof(FastDetection)] is { Length: > 0 } text && !bool.TryParse(text, out fast)) errors.Add("ControlPlane__Silo__FastDetection: must be true or false.");
        return new(database, address, ReadPort(section, "Port", errors), ReadPort(section, "GatewayPort", errors), tls)
        {
            ListenAddress = listen,
            FastDetection = fast,
            HealthPort = ReadPort(section, nameof(HealthPort), errors),
            OrleansDashboard = ClusterDashboard.Read(configuration, errors),
        };
    }

    private static IPAddress? ReadAddress(IConfigurationSection section, string key, SettingErrors errors)
    {
        if (section[key] is not { Length: > 0 } text) return null;
        if (IPAddress.TryParse(text, out var address)) return address;
        errors.Add($"ControlPlane__Silo__{key}: must be an IP address of this host. Correct it, or remove it to stay on loopback.");
        return null;
    }

    private static int? ReadPort(IConfigurationSection section, string key, SettingErrors errors)
    {
        if (section[key] is not { Length: > 0 } text) return null;
        if (int.TryParse(text, out var port) && port is > 0 and <= 65_535) return port;
        errors.Add($"ControlPlane__Silo__{key}: must be a port from 1 to 65535. Correct it, or remove it to take the default.");
        return null;
    }

    public override string ToString() => nameof(ClusterSettings);
}
