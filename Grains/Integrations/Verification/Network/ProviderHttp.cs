using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Grains.Integrations.TestCalls;

namespace ControlPlane.Grains.Integrations.Verification.Network;

/// <summary>The connections to providers. It has no logging, tracing, redirects, cookies or proxies, on purpose: each would carry a
/// secret somewhere else.</summary>
/// <remarks>There are two handlers as pooled connections are shared by address: one opened for an operator's loopback override must
/// never serve a request that has to stay outside.</remarks>
internal sealed class ProviderHttp : IDisposable
{
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(30);

    private readonly HttpMessageInvoker _public;
    private readonly HttpMessageInvoker _loopback;

    public ProviderHttp(IHostResolver resolver) : this(resolver, trustedRoots: null)
    {
    }

    /// <param name="trustedRoots">Instead of the system's; for tests.</param>
    internal ProviderHttp(IHostResolver resolver, X509Certificate2Collection? trustedRoots)
    {
        _public = Create(new GuardedConnector(resolver, AddressGuard.IsPublic), trustedRoots);
        _loopback = Create(new GuardedConnector(resolver, AddressGuard.IsLoopback), trustedRoots);
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, bool toLoopback, CancellationToken cancellationToken)
    {
        var http = toLoopback ? _loopback : _public;
        return InstrumentedCall.Current is { } recorded ? recorded.SendAsync(http, request, cancellationToken) : http.SendAsync(request, cancellationToken);
    }

    public void Dispose()
    {
        _public.Dispose();
        _loopback.Dispose();
    }

    private static HttpMessageInvoker Create(GuardedConnector connector, X509Certificate2Collection? trustedRoots) => new(new SocketsHttpHandler
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = connector.ConnectAsync,
        ConnectTimeout = s_connectTimeout,
        MaxResponseDrainSize = 0,
        MaxResponseHeadersLength = 32,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        PreAuthenticate = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = ChainPolicy(trustedRoots),
            RemoteCertificateValidationCallback = static (_, _, chain, errors) => CertificateCheck.Check(chain, errors),
        },
        UseCookies = false,
        UseProxy = false,
    });

    private static X509ChainPolicy ChainPolicy(X509Certificate2Collection? trustedRoots)
    {
        // A certificate names addresses to fetch others from: those would be calls that no guard has seen.
        var policy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
        if (trustedRoots is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(trustedRoots);
        }

        return policy;
    }
}
