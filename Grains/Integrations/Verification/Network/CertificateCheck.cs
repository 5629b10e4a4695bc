using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.Grains.Integrations.Verification.Network;

/// <summary>Accepts a certificate without any error, and tells which error another has.</summary>
internal static class CertificateCheck
{
    public static bool Check(X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (chain is not null && chain.ChainStatus.Any(status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)))
            throw new VerifyFaultException(VerifyCodes.TlsExpired);
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            throw new VerifyFaultException(VerifyCodes.TlsWrongHost);
        throw new VerifyFaultException(VerifyCodes.TlsUntrusted);
    }
}
