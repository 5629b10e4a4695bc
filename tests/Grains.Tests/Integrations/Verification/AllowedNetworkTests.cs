using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Network;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

/// <summary>Servers that are reached only because the operator's settings say so.</summary>
public sealed class AllowedNetworkTests
{
    private const string Good = """{"id":1}""";

    [Theory]
    [InlineData("model.lan", true)]
    [InlineData("127.0.0.0/8", false)]
    [InlineData("other.lan", false)]
    [InlineData("", false)]
    public async Task Verify_PlainServerOfAName_IsAskedOnlyWhenTheListNamesIt(string allow, bool asked)
    {
        await using var server = new RawServer(RawServer.Json(Good));
        var network = new NetworkPolicy(new NetworkOptions { Allow = allow });
        using var harness = new VerifyHarness(new VerifyHarness.Names([("model.lan", "127.0.0.1")]), network: network);

        var verdict = await harness.VerifyAsync(Targets.Target(Targets.Provider(), new Uri($"http://model.lan:{server.Port}")) with { Network = network });
        var byVariable = await harness.VerifyAsync(
            Targets.Target(Targets.Provider(baseUrl: "{A_URL}"), null, ("A_KEY", "k"), ("A_URL", $"http://model.lan:{server.Port}")) with { Network = network });

        Assert.Equal(asked ? VerifyStatus.Valid : VerifyStatus.Inconclusive, verdict.Status);
        Assert.Equal(verdict.Status, byVariable.Status);
        Assert.Equal(asked ? 2 : 0, server.Requests.Count);
    }

    [Fact]
    public async Task Verify_AllowedNameThatLeadsToMetadata_IsRefused()
    {
        var network = new NetworkPolicy(new NetworkOptions { Allow = "model.lan" });
        using var harness = new VerifyHarness(new VerifyHarness.Names([("model.lan", "169.254.169.254")]), network: network);

        var verdict = await harness.VerifyAsync(Targets.Target(Targets.Provider(), new Uri("http://model.lan")) with { Network = network });

        Assert.Equal((VerifyStatus.Inconclusive, "address_refused"), (verdict.Status, verdict.ErrorCode));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Verify_SelfSignedGateway_IsTakenOnlyWithItsFingerprint(bool right)
    {
        using var certificate = Certificate();
        await using var server = new RawServer(connection => connection.SendAsync(RawServer.Json(Good)), certificate);
        using var harness = new VerifyHarness();
        var pin = Convert.ToHexStringLower(SHA256.HashData(right ? certificate.RawData : [1]));

        var verdict = await harness.VerifyAsync(Targets.Target(Targets.Provider(), new Uri($"https://localhost:{server.Port}")) with { CertificateSha256 = pin });

        Assert.Equal(right ? VerifyStatus.Valid : VerifyStatus.Inconclusive, verdict.Status);
        Assert.Equal(right ? null : "tls_failed", verdict.ErrorCode);
        if (!right)
            Assert.Contains("not the one that is pinned", verdict.Message, StringComparison.Ordinal);
        Assert.Equal(right ? 1 : 0, server.Requests.Count(request => request.Contains(Targets.Key, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Verify_Proxy_IsUsedOnlyWhenItIsSet(bool set)
    {
        // The proxy of this test refuses every tunnel; that it was asked is what counts.
        await using var proxy = new RawServer("HTTP/1.1 503 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using var harness = new VerifyHarness(new VerifyHarness.Names([]), proxy: set ? new WebProxy(proxy.Url) : null);

        var verdict = await harness.VerifyAsync(Targets.Target(Targets.Provider(), overrideUrl: null));

        Assert.Equal(VerifyStatus.Inconclusive, verdict.Status);
        Assert.Equal(set ? ["CONNECT api.a.test:443 HTTP/1.1"] : [], proxy.Requests.Select(request => request.Split("\r\n")[0]));
        Assert.DoesNotContain(proxy.Requests, request => request.Contains(Targets.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verify_ProxyForLoopback_IsNeverUsed()
    {
        await using var server = new RawServer(RawServer.Json(Good));
        await using var proxy = new RawServer(RawServer.Json(Good));
        using var harness = new VerifyHarness(new VerifyHarness.Names([]), proxy: new WebProxy(proxy.Url));

        var verdict = await harness.VerifyAsync(Targets.Target(Targets.Provider(), server.Url));

        Assert.Equal((VerifyStatus.Valid, 0), (verdict.Status, proxy.Requests.Count));
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=gateway.made.up", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-400), DateTimeOffset.UtcNow.AddDays(10));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null);
    }
}
