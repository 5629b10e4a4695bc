using System.Text;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>QuantConnect: HTTP Basic with the user id, and the SHA-256 of token and time in place of a password.</summary>
internal sealed class QuantConnectSigner(TimeProvider time) : IRequestSigner
{
    public string Kind => "quantconnect";

    public void Sign(OutgoingRequest request, SigningCredentials credentials)
    {
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        var hash = Signatures.Sha256Hex(Encoding.UTF8.GetBytes($"{credentials.Secret}:{timestamp}"));
        request.Headers["Timestamp"] = $"{timestamp}";
        request.Headers["Authorization"] = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.Key}:{hash}"));
    }
}
