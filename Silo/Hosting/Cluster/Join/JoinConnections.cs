using System.Net.Security;
using System.Security.Authentication;
using ControlPlane.Grains.Secrets.Keys;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Hosting;

namespace ControlPlane.Silo.Hosting.Cluster.Join;

/// <summary>Has every connection of silos and front ends prove the join key, on loopback too, before anything of it is read.
/// An operator's own TLS comes on top of it.</summary>
internal static class JoinConnections
{
    /// <summary>Longest time for a handshake; a connection that takes longer is closed.</summary>
    private static readonly TimeSpan s_handshake = TimeSpan.FromSeconds(5);

    /// <param name="alone">True for a silo without a cluster: only this process has its key.</param>
    public static void AddJoinProof(this ISiloBuilder silo, bool alone)
    {
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddSingleton<JoinGuard>();
        silo.Services.AddSingleton(s => alone ? JoinCertificate.ForThisProcessOnly() : JoinCertificate.ForCluster(s.GetRequiredService<ControlPlaneKeys>()));
        silo.Configure<SiloConnectionOptions>(options =>
        {
            options.ConfigureSiloInboundConnection(Accept);
            options.ConfigureGatewayInboundConnection(Accept);
            options.ConfigureSiloOutboundConnection(Connect);
        });
    }

    public static void AddJoinProof(this IClientBuilder client)
    {
        client.Services.AddSingleton(s => JoinCertificate.ForCluster(s.GetRequiredService<ControlPlaneKeys>()));
        client.Configure<ClientConnectionOptions>(options => options.ConfigureConnection(Connect));
    }

    private static void Accept(IConnectionBuilder connection)
    {
        connection.Use(connection.ApplicationServices.GetRequiredService<JoinGuard>().Before);
        connection.UseServerTls(Options(connection.ApplicationServices));
        connection.Use(JoinGuard.Behind);
    }

    private static void Connect(IConnectionBuilder connection) => connection.UseClientTls(Options(connection.ApplicationServices));

    private static TlsOptions Options(IServiceProvider services)
    {
        var certificate = services.GetRequiredService<JoinCertificate>();
        return new()
        {
            LocalCertificate = certificate.Own,
            SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            RemoteCertificateMode = RemoteCertificateMode.RequireCertificate,
            ClientCertificateMode = RemoteCertificateMode.RequireCertificate,
            HandshakeTimeout = s_handshake,
            RemoteCertificateValidation = (remote, _, errors) => !errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) && certificate.IsMember(remote),
            OnAuthenticateAsClient = (_, ssl) => ssl.TargetHost = "control-plane",
        };
    }
}
