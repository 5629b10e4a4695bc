using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Grains.Secrets.Keys;

namespace ControlPlane.Silo.Hosting.Cluster.Join;

/// <summary>A certificate that is made at start and kept in memory. It has a MAC of its public key under the join key. A peer that completes the TLS
/// handshake with it has both the private key and the cluster's secret. A MAC that was copied from another certificate fits no other key.</summary>
/// <remarks>Names, dates and issuers are not looked at: nodes come and go under any address, and their clocks may differ.</remarks>
internal sealed class JoinCertificate : IDisposable
{
    /// <summary>Object id of the extension that holds the MAC, of the arc for UUIDs (ITU-T X.667).</summary>
    private const string Extension = "2.25.221403953361743913570843021541862711301";

    private readonly byte[] _key;

    private JoinCertificate(byte[] key)
    {
        _key = key;
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=control-plane", pair, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension(Extension, Mac(request.PublicKey), critical: false));
        using var ephemeral = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero));

        // TLS of Windows takes no key that was never in a container.
        Own = X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>This process' certificate, with its key.</summary>
    public X509Certificate2 Own { get; }

    /// <summary>For a node of a cluster.</summary>
    public static JoinCertificate ForCluster(ControlPlaneKeys keys) => new(keys.Derive(KeyPurposes.Join));

    /// <summary>For a silo that is by itself: no other process has the key, so none can connect.</summary>
    public static JoinCertificate ForThisProcessOnly() => new(RandomNumberGenerator.GetBytes(32));

    /// <summary>True when the certificate was made by a process that has the same key.</summary>
    public bool IsMember(X509Certificate2? remote) =>
        remote?.Extensions[Extension] is { } extension && CryptographicOperations.FixedTimeEquals(extension.RawData, Mac(remote.PublicKey));

    public void Dispose() => Own.Dispose();

    private byte[] Mac(PublicKey key) => HMACSHA256.HashData(_key, key.ExportSubjectPublicKeyInfo());
}
