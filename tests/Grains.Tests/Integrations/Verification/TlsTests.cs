using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Verification;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

public sealed class TlsTests
{
    [Fact]
    public async Task Verify_TrustedCertificate_IsValid()
    {
        using var certificate = Certificate("localhost", validDays: 10);
        Assert.Equal(VerifyStatus.Valid, (await VerifyAsync(certificate, [certificate])).Status);
    }

    [Fact]
    public async Task Verify_SelfSigned_IsUntrusted()
    {
        using var certificate = Certificate("localhost", validDays: 10);
        AssertTlsFailed(await VerifyAsync(certificate, trusted: null), "not from a trusted authority");
    }

    [Fact]
    public async Task Verify_Expired_IsSaid()
    {
        using var certificate = Certificate("localhost", validDays: -1);
        AssertTlsFailed(await VerifyAsync(certificate, [certificate]), "has expired");
    }

    [Fact]
    public async Task Verify_OtherHost_IsSaid()
    {
        using var certificate = Certificate("other.test", validDays: 10);
        AssertTlsFailed(await VerifyAsync(certificate, [certificate]), "belongs to another host");
    }

    [Fact]
    public async Task Verify_PlainServerBehindHttps_IsTlsFailed()
    {
        await using var server = new RawServer("hello, this is not TLS at all\r\n\r\n");
        using var harness = new VerifyHarness();
        var verdict = await harness.VerifyAsync(Targets.Target(Targets.Provider(), new Uri($"https://localhost:{server.Port}")), TimeSpan.FromSeconds(2));
        Assert.Equal(VerifyStatus.Inconclusive, verdict.Status);
        Assert.Contains(verdict.ErrorCode, (string[])["tls_failed", "timeout", "connection_reset"]);
    }

    private static async Task<VerifyVerdict> VerifyAsync(X509Certificate2 certificate, X509Certificate2Collection? trusted)
    {
        await using var server = new RawServer(connection => connection.SendAsync(RawServer.Json("""{"id":1}""")), certificate);
        using var harness = new VerifyHarness(trustedRoots: trusted);
        var verdict = await harness.VerifyAsync(Targets.Target(Targets.Provider(), new Uri($"https://localhost:{server.Port}")));
        Assert.Equal(verdict.Status == VerifyStatus.Valid ? 1 : 0, server.Requests.Count(request => request.Contains(Targets.Key, StringComparison.Ordinal)));
        return verdict;
    }

    private static void AssertTlsFailed(VerifyVerdict verdict, string words)
    {
        Assert.Equal((VerifyStatus.Inconclusive, "tls_failed"), (verdict.Status, verdict.ErrorCode));
        Assert.Contains(words, verdict.Message, StringComparison.Ordinal);
        Assert.Equal(StepResult.Failed, verdict.Steps[0].Result);
    }

    private static X509Certificate2 Certificate(string host, int validDays)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-30), now.AddDays(validDays));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null);
    }
}
