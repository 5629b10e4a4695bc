using System.Text;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>Bitget v2: milliseconds, method, path with query, and body under HMAC-SHA256 in base64.</summary>
internal sealed class BitgetSigner(TimeProvider time) : IRequestSigner
{
    public string Kind => "bitget";

    public void Sign(OutgoingRequest request, SigningCredentials credentials)
    {
        var timestamp = $"{time.GetUtcNow().ToUnixTimeMilliseconds()}";
        var text = timestamp + request.Method + request.Canonical.PathAndQuery + Encoding.UTF8.GetString(request.Body ?? []);

        request.Headers["ACCESS-KEY"] = credentials.Key;
        request.Headers["ACCESS-TIMESTAMP"] = timestamp;
        request.Headers["ACCESS-PASSPHRASE"] = credentials.Passphrase;
        request.Headers["ACCESS-SIGN"] = Signatures.HmacBase64(credentials.Secret, text);
    }
}
