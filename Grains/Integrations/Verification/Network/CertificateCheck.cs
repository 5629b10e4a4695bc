using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.Grains.Integrations.Verification.Network;

/// <summary>Accepts a certificate without any error, or the pinned one and no other, and tells which error another has.</summary>
internal static class CertificateCheck
{
    /// <param name="pinned">SHA-256 of the only certificate that is accepted, in lower-case hex; null for the usual check.</param>
    public static bool Check(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string? pinned)
    {
        if (pinned is not null)
        {
            // A self-signed certificate has no authority and often another name: the fingerprint stands for both.
            return certificate is not null && Convert.ToHexStringLower(SHA256.HashData(certificate.GetRawCertData())) == pinned
                ? true
                : throw new VerifyFaultException(VerifyCodes.TlsNotPinned);
        }

        if (errors == SslPolicyErrors.None)
            return true;
        if (chain is not null && chain.ChainStatus.Any(status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)))
            throw new VerifyFaultException(VerifyCodes.TlsExpired);
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            throw new VerifyFaultException(VerifyCodes.TlsWrongHost);
        throw new VerifyFaultException(VerifyCodes.TlsUntrusted);
    }
}
