using System.Net;
using System.Net.Security;
using ControlPlane.Grains.Integrations.Verification.Network;

namespace ControlPlane.Grains.Integrations.Verification.Services;

/// <summary>Connections to servers that do not speak HTTP, behind the guard that calls to providers pass.</summary>
internal sealed class ServiceConnections
{
    private readonly GuardedConnector _public;
    private readonly GuardedConnector _loopback;
    private readonly GuardedConnector _allowed;

    public ServiceConnections(IHostResolver resolver, NetworkPolicy network)
    {
        _public = new(resolver, (_, address) => AddressGuard.IsPublic(address) || network.Contains(address));
        _loopback = new(resolver, static (_, address) => AddressGuard.IsLoopback(address));
        _allowed = new(resolver, (host, address) => network.Allows(host.Host, address));
    }

    /// <summary>An open connection, without TLS yet.</summary>
    public Task<Stream> OpenAsync(ServicePlace place, CancellationToken cancellationToken) => Connector(place).OpenAsync(place.Host, place.Port, cancellationToken);

    /// <summary>Checked addresses, for a client that opens its connections itself.</summary>
    public Task<IReadOnlyList<IPAddress>> AddressesAsync(ServicePlace place, CancellationToken cancellationToken) => Connector(place).AddressesAsync(place.Host, place.Port, cancellationToken);

    public static SslClientAuthenticationOptions Tls(ServicePlace place) => Tls(new SslClientAuthenticationOptions(), place);

    public static SslClientAuthenticationOptions Tls(SslClientAuthenticationOptions options, ServicePlace place)
    {
        options.TargetHost = place.Host;
        options.CertificateChainPolicy = ProviderHttp.ChainPolicy(trustedRoots: null);
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => CertificateCheck.Check(certificate, chain, errors, place.Reach.CertificateSha256);
        return options;
    }

    private GuardedConnector Connector(ServicePlace place) => place.Reach.Kind switch
    {
        ReachKind.Loopback => _loopback,
        ReachKind.Allowed => _allowed,
        _ => _public,
    };
}
