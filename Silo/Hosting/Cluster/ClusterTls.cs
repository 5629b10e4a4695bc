using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Silo.Hosting.Settings;
using Orleans.Connections.Security;
using Orleans.Hosting;

namespace ControlPlane.Silo.Hosting.Cluster;

/// <summary>Mutual TLS between the nodes of a cluster: a process without a certificate of the cluster's own authority is no member.
/// Names are not looked at, since nodes come and go under any address.</summary>
/// <param name="Certificate">This node's, with its key.</param>
/// <param name="Authority">Signs every node's certificate, and nothing else.</param>
internal sealed record ClusterTls(X509Certificate2 Certificate, X509Certificate2 Authority)
{
    /// <summary>Null when no file is named.</summary>
    public static ClusterTls? Read(NodeTlsOptions options, SettingErrors errors)
    {
        var (certificate, key, authority) = (options.CertificateFile, options.KeyFile, options.CaFile);
        if (string.IsNullOrEmpty(certificate) && string.IsNullOrEmpty(key) && string.IsNullOrEmpty(authority)) return null;
        if (string.IsNullOrEmpty(certificate) || string.IsNullOrEmpty(key) || string.IsNullOrEmpty(authority))
        {
            errors.Add("ControlPlane__Silo__Tls: takes CertificateFile, KeyFile and CaFile, all three, each a PEM file.");
            return null;
        }

        try
        {
            return new(X509Certificate2.CreateFromPemFile(certificate, key), X509CertificateLoader.LoadCertificateFromFile(authority));
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            errors.Add("ControlPlane__Silo__Tls: CertificateFile, KeyFile and CaFile must be PEM files that this process can read, and the key must be that of the certificate.");
            return null;
        }
    }

    public void Apply(ISiloBuilder silo) => silo.UseTls(Configure);

    public void Apply(IClientBuilder client) => client.UseTls(Configure);

    internal bool IsMember(X509Certificate2? remote)
    {
        if (remote is null) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(remote);
    }

    private void Configure(TlsOptions options)
    {
        options.LocalCertificate = Certificate;
        options.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation = (remote, _, errors) => !errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) && IsMember(remote);
        options.OnAuthenticateAsClient = (_, ssl) => ssl.TargetHost = "control-plane";
    }

    public override string ToString() => nameof(ClusterTls);
}
