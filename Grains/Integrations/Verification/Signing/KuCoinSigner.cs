using System.Text;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>KuCoin, key version 2: time, method, path with query, and body under HMAC-SHA256 in base64; the passphrase is signed too.</summary>
internal sealed class KuCoinSigner(TimeProvider time) : IRequestSigner
{
    public string Kind => "kucoin";

    public void Sign(OutgoingRequest request, SigningCredentials credentials)
    {
        var timestamp = time.GetUtcNow().ToUnixTimeMilliseconds();
        var text = $"{timestamp}{request.Method}{request.Canonical.PathAndQuery}{Encoding.UTF8.GetString(request.Body ?? [])}";

        request.Headers["KC-API-KEY"] = credentials.Key;
        request.Headers["KC-API-SIGN"] = Signatures.HmacBase64(credentials.Secret, text);
        request.Headers["KC-API-TIMESTAMP"] = $"{timestamp}";
        request.Headers["KC-API-PASSPHRASE"] = Signatures.HmacBase64(credentials.Secret, credentials.Passphrase);
        request.Headers["KC-API-KEY-VERSION"] = "2";
    }
}
