using System.Security.Cryptography;
using System.Text;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>Deribit: <c>deri-hmac-sha256</c>, over time, nonce, method, path with query, and body, each ended by a line break.</summary>
internal sealed class DeribitSigner(TimeProvider time) : IRequestSigner
{
    public string Kind => "deribit";

    public void Sign(OutgoingRequest request, SigningCredentials credentials)
    {
        var timestamp = time.GetUtcNow().ToUnixTimeMilliseconds();
        var nonce = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var text = $"{timestamp}\n{nonce}\n{request.Method}\n{request.Canonical.PathAndQuery}\n{Encoding.UTF8.GetString(request.Body ?? [])}\n";
        var signature = Signatures.HmacHex(credentials.Secret, text);
        request.Headers["Authorization"] = $"deri-hmac-sha256 id={credentials.Key},ts={timestamp},nonce={nonce},sig={signature}";
    }
}
