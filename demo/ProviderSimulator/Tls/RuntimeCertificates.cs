using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.ProviderSimulator.Tls;

/// <summary>Certificates made for one run; their keys exist nowhere else.</summary>
internal sealed class RuntimeCertificates : IDisposable
{
    private const string RightName = "localhost";
    private const string OtherName = "elsewhere.example";
    private readonly Dictionary<TlsFault, X509Certificate2> _byFault;

    public RuntimeCertificates()
    {
        var now = DateTimeOffset.UtcNow;
        Authority = CreateAuthority(now);
        _byFault = new Dictionary<TlsFault, X509Certificate2>
        {
            [TlsFault.Untrusted] = Create(RightName, issuer: null, now.AddDays(-1), now.AddDays(7)),
            [TlsFault.Expired] = Create(RightName, Authority, now.AddDays(-8), now.AddDays(-1)),
            [TlsFault.WrongHost] = Create(OtherName, Authority, now.AddDays(-1), now.AddDays(7)),
        };
    }

    /// <summary>Issuer of all but the self-signed one.</summary>
    public X509Certificate2 Authority { get; }

    public X509Certificate2 this[TlsFault fault] => _byFault[fault];

    public void Dispose()
    {
        Authority.Dispose();
        foreach (var certificate in _byFault.Values)
            certificate.Dispose();
    }

    private static X509Certificate2 CreateAuthority(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Provider simulator authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(now.AddDays(-30), now.AddDays(30));
    }

    private static X509Certificate2 Create(string name, X509Certificate2? issuer, DateTimeOffset from, DateTimeOffset to)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (name == RightName)
            names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        if (issuer is null)
            return request.CreateSelfSigned(from, to);

        using var certificate = request.Create(issuer, from, to, RandomNumberGenerator.GetBytes(16));
        return certificate.CopyWithPrivateKey(key);
    }
}
