using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Requests;
using ControlPlane.Grains.Integrations.Verification.Services;
using ControlPlane.Grains.Integrations.Verification.Sessions;
using ControlPlane.Grains.Integrations.Verification.Signing;
using ControlPlane.Grains.Secrets;
using ControlPlane.Silo.Integrations;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

/// <summary>The whole engine with a resolver of the test's own.</summary>
internal sealed class VerifyHarness : IDisposable
{
    private readonly ProviderHttp _http;
    private readonly SessionVerify _sessions;

    public VerifyHarness(TimeProvider? time = null, X509Certificate2Collection? trustedRoots = null, params (string Host, string Address)[] names)
        : this(new Names(names), time, trustedRoots)
    {
    }

    public VerifyHarness(
        IHostResolver resolver, TimeProvider? time = null, X509Certificate2Collection? trustedRoots = null, ISecretRegistry? secrets = null, NetworkPolicy? network = null, IWebProxy? proxy = null)
    {
        time ??= TimeProvider.System;
        _http = new ProviderHttp(resolver, network ?? NetworkPolicy.None, trustedRoots, proxy);
        var probe = new ProbeSender(new ProviderExchange(_http), time);
        _sessions = new SessionVerify(probe, time, secrets);
        var connections = new ServiceConnections(resolver, network ?? NetworkPolicy.None);
        var services = new ServiceVerify([new RedisHandshake(connections), new PostgresHandshake(connections), new SmtpHandshake(connections)], time);
        Verifier = new Verifier([new HttpVerify(probe, Signers(time), [new HyperliquidAddress()]), _sessions, services], time);
    }

    public IVerifier Verifier { get; }

    public static IReadOnlyList<IRequestSigner> Signers(TimeProvider time) =>
    [
        new AwsSigner(time), new BinanceSigner(time), new BingxSigner(time), new BitgetSigner(time), new BitmexSigner(time), new BybitSigner(time),
        new CoinbaseSigner(time), new DeribitSigner(time), new GateSigner(time), new HtxSigner(time), new KrakenFuturesSigner(), new KrakenSigner(time),
        new KuCoinSigner(time), new MexcSigner(time), new OkxSigner(time), new QuantConnectSigner(time),
    ];

    public Task<VerifyVerdict> VerifyAsync(VerifyTarget target, TimeSpan? deadline = null) =>
        Verifier.VerifyAsync(target, deadline ?? TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _sessions.Dispose();
        _http.Dispose();
    }

    internal sealed class Names((string Host, string Address)[] names) : IHostResolver
    {
        public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
        {
            var found = names.Where(name => name.Host == host).Select(name => IPAddress.Parse(name.Address)).ToArray();
            if (found.Length > 0)
                return Task.FromResult(found);
            return host == "localhost" ? Task.FromResult(new[] { IPAddress.Loopback }) : throw new SocketException((int)SocketError.HostNotFound);
        }
    }
}
