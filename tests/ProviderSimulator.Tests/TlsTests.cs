using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.ProviderSimulator.Tests.Driving;

namespace ControlPlane.ProviderSimulator.Tests;

public sealed class TlsTests
{
    [Theory]
    [InlineData(TlsFault.Untrusted)]
    [InlineData(TlsFault.Expired)]
    [InlineData(TlsFault.WrongHost)]
    public async Task Certificate_OfEachFault_IsRefused(TlsFault fault)
    {
        await using var running = await Running.StartAsync(Samples.Bearer, new SimulatorOptions { TlsPort = 0 });

        await Assert.ThrowsAsync<HttpRequestException>(() => running.Client.SendAsync(
            Samples.Get(running.Host.TlsBaseUrl("sample", fault) + "/v1/status"), TestContext.Current.CancellationToken));

        Assert.Empty(running.Host.Requests());
    }

    [Theory]
    [InlineData(TlsFault.Untrusted, X509ChainStatusFlags.UntrustedRoot, SslPolicyErrors.RemoteCertificateChainErrors)]
    [InlineData(TlsFault.Expired, X509ChainStatusFlags.NotTimeValid, SslPolicyErrors.RemoteCertificateChainErrors)]
    [InlineData(TlsFault.WrongHost, X509ChainStatusFlags.NoError, SslPolicyErrors.RemoteCertificateNameMismatch)]
    public async Task Certificate_WithTheAuthorityTrusted_HasOnlyItsOwnFault(TlsFault fault, X509ChainStatusFlags chainFault, SslPolicyErrors expected)
    {
        await using var running = await Running.StartAsync(Samples.Bearer, new SimulatorOptions { TlsPort = 0 });
        var chainFaults = X509ChainStatusFlags.NoError;
        var errors = SslPolicyErrors.None;
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { running.Host.TlsAuthority! },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, chain, found) =>
        {
            errors = found;
            chainFaults = chain!.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
            return true;
        };
        using var client = new HttpClient(handler);

        using var response = await client.SendAsync(
            Samples.Get(running.Host.TlsBaseUrl("sample", fault) + "/v1/status"), TestContext.Current.CancellationToken);

        Assert.Equal(expected, errors);
        Assert.Equal(chainFault, chainFaults);
    }
}
