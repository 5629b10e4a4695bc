using System.Net;
using ControlPlane.Silo.Hosting.Settings;
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
        var options = errors.Bind(configuration.GetSection(NodeOptions.Section), new NodeOptions());
        errors.AddRange(options.Errors());
        var database = configuration.GetConnectionString(SiloSettings.ConnectionString);
        if (string.IsNullOrWhiteSpace(database)) database = null;
        if (database is not null && PostgresConnectionString.Error(database) is { } error) errors.Add($"ConnectionStrings__ControlPlane: {error}");
        if (database is null && string.Equals(configuration["ControlPlane:Role"], "FrontEnd", StringComparison.OrdinalIgnoreCase))
            errors.Add("ConnectionStrings__ControlPlane: must be set when ControlPlane__Role is FrontEnd: the database tells where the cluster's silos are.");
        var address = NodeOptions.Parse(options.Address) ?? IPAddress.Loopback;
        var listen = NodeOptions.Parse(options.ListenAddress) ?? address;
        var tls = ClusterTls.Read(options.Tls, errors);
        if (!(IPAddress.IsLoopback(address) && IPAddress.IsLoopback(listen)) && tls is null && options.AllowPlain != true)
        {
            errors.Add("ControlPlane__Silo__Address: beyond loopback the nodes' traffic needs TLS. Set ControlPlane__Silo__Tls__CertificateFile, __KeyFile and __CaFile, or ControlPlane__Silo__AllowPlain=true on a network that nobody else is on.");
        }

        return new(database, address, options.Port, options.GatewayPort, tls)
        {
            ListenAddress = listen,
            FastDetection = options.FastDetection != false,
            HealthPort = options.HealthPort,
            OrleansDashboard = ClusterDashboard.Read(configuration, errors),
        };
    }

    public override string ToString() => nameof(ClusterSettings);
}
