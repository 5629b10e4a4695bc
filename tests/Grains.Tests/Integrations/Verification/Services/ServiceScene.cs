using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Tests.Integrations.Verification.Services;

/// <summary>Entries of the catalogue against servers of this machine.</summary>
internal static class ServiceScene
{
    private static readonly ProviderCatalogue s_catalogue = CatalogueLoader.Load(userPath: null);

    public static ProviderDefinition Provider(string id) => s_catalogue.Find(id)!;

    /// <param name="outside">A name for 127.0.0.1 that is reached as hosts outside are: TLS, or no password.</param>
    public static async Task<VerifyVerdict> VerifyAsync(string id, (string Name, string Value)[] values, string? pinned = null, string? outside = null)
    {
        var network = outside is null ? NetworkPolicy.None : new NetworkPolicy(new NetworkOptions { Allow = "127.0.0.0/8" });
        using var harness = new VerifyHarness(new VerifyHarness.Names(outside is null ? [] : [(outside, "127.0.0.1")]), network: network);
        return await harness.VerifyAsync(Target(id, values) with { Network = network, CertificateSha256 = pinned }, TimeSpan.FromSeconds(60));
    }

    public static VerifyTarget Target(string id, params (string Name, string Value)[] values) =>
        new(Provider(id), Provider(id).Access[0], values.ToDictionary(pair => pair.Name, pair => new Secret(pair.Value)), BaseUrlOverride: null);

    /// <summary>A certificate that nobody vouches for, as PEM files in a folder, and what pins it.</summary>
    public static async Task<(string Certificate, string Key, string Sha256)> CertificateAsync(string folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var (file, keyFile) = (Path.Combine(folder, "c.pem"), Path.Combine(folder, "k.pem"));
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (file, keyFile, Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)));
    }
}
