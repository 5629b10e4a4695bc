using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Grains.Integrations.TestCalls;

namespace ControlPlane.Grains.Integrations.Verification.Network;

/// <summary>The connections to providers. It has no logging, tracing, redirects, cookies or proxies, on purpose: each would carry a
/// secret somewhere else.</summary>
/// <remarks>There is one handler per reach, since pooled connections are shared by address. A connection for an operator's loopback override must
/// never serve a request to a public address. An outgoing proxy is used only by the operator's setting, and only for public addresses.</remarks>
internal sealed class ProviderHttp : IDisposable
{
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(30);
    private static readonly Uri s_anyProvider = new("https://provider.invalid");

    private readonly ConcurrentDictionary<Reach, Lazy<HttpMessageInvoker>> _handlers = new();

    // Apart from those of verifies, and one a provider, so that a slow provider takes no other's connections.
    private readonly ConcurrentDictionary<(Reach Reach, string Provider), Lazy<HttpMessageInvoker>> _forwarders = new();
    private readonly IHostResolver _resolver;
    private readonly NetworkPolicy _network;
    private readonly X509Certificate2Collection? _trustedRoots;
    private readonly IWebProxy? _proxy;

    // The default proxy of the platform reads HTTPS_PROXY, NO_PROXY and their like.
    public ProviderHttp(IHostResolver resolver, NetworkPolicy network)
        : this(resolver, network, trustedRoots: null, network.UseProxy ? HttpClient.DefaultProxy : null)
    {
    }

    /// <param name="trustedRoots">Instead of the system's; for tests.</param>
    internal ProviderHttp(IHostResolver resolver, NetworkPolicy network, X509Certificate2Collection? trustedRoots, IWebProxy? proxy = null)
    {
        (_resolver, _network, _trustedRoots, _proxy) = (resolver, network, trustedRoots, proxy);
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Reach reach, CancellationToken cancellationToken)
    {
        var http = Invoker(reach);
        return InstrumentedCall.Current is { } recorded ? recorded.SendAsync(http, request, cancellationToken) : http.SendAsync(request, cancellationToken);
    }

    /// <summary>For a WebSocket, which opens its connection by itself.</summary>
    public HttpMessageInvoker Invoker(Reach reach) => _handlers.GetOrAdd(reach, key => new(() => Create(key))).Value;

    /// <summary>The pooled connections that bots' calls are forwarded on. Whoever sends sees to it that a call is sent once.</summary>
    public HttpMessageInvoker Forwarder(string provider, Reach reach) => _forwarders.GetOrAdd((reach, provider), key => new(() => CreateForwarder(key.Reach))).Value;

    public void Dispose()
    {
        foreach (var handler in _handlers.Values.Concat(_forwarders.Values).Where(handler => handler.IsValueCreated))
            handler.Value.Dispose();
    }

    private Func<DnsEndPoint, IPAddress, bool> Guard(ReachKind kind) => kind switch
    {
        ReachKind.Loopback => static (_, address) => AddressGuard.IsLoopback(address),
        ReachKind.Allowed => (host, address) => _network.Allows(host.Host, address),
        _ => (host, address) => AddressGuard.IsPublic(address) || _network.Contains(address) || (IsProxy(host) && !MetadataAddresses.Contains(address)),
    };

    private bool IsProxy(DnsEndPoint host) =>
        _proxy?.GetProxy(s_anyProvider) is { } proxy && proxy.Host.Trim('[', ']').Equals(host.Host, StringComparison.OrdinalIgnoreCase) && proxy.Port == host.Port;

    private HttpMessageInvoker Create(Reach reach) => new(Handler(reach, new GuardedConnector(_resolver, Guard(reach.Kind)).ConnectAsync));

    private HttpMessageInvoker CreateForwarder(Reach reach)
    {
        var connector = new GuardedConnector(_resolver, Guard(reach.Kind));
        var handler = Handler(reach, async (context, cancellationToken) => await connector.OpenAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken));
        handler.EnableMultipleHttp2Connections = true;
        handler.MaxResponseHeadersLength = 64;
        handler.ResponseHeaderEncodingSelector = static (_, _) => System.Text.Encoding.Latin1;
        handler.RequestHeaderEncodingSelector = static (_, _) => System.Text.Encoding.Latin1;
        return new HttpMessageInvoker(handler);
    }

    private SocketsHttpHandler Handler(Reach reach, Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect) => new()
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = connect,
        ConnectTimeout = s_connectTimeout,
        MaxResponseDrainSize = 0,
        MaxResponseHeadersLength = 32,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        PreAuthenticate = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = ChainPolicy(_trustedRoots),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => CertificateCheck.Check(certificate, chain, errors, reach.CertificateSha256),
        },
        Proxy = reach.Kind == ReachKind.Public ? _proxy : null,
        UseCookies = false,
        UseProxy = reach.Kind == ReachKind.Public && _proxy is not null,
    };

    internal static X509ChainPolicy ChainPolicy(X509Certificate2Collection? trustedRoots)
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
