using System.Globalization;
using System.Text;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>OKX v5: time in ISO 8601 with milliseconds, method, path with query, and body under HMAC-SHA256 in base64.</summary>
internal sealed class OkxSigner(TimeProvider time) : IRequestSigner
{
    public string Kind => "okx";

    public void Sign(OutgoingRequest request, SigningCredentials credentials)
    {
        var timestamp = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var text = timestamp + request.Method + request.Canonical.PathAndQuery + Encoding.UTF8.GetString(request.Body ?? []);

        request.Headers["OK-ACCESS-KEY"] = credentials.Key;
        request.Headers["OK-ACCESS-SIGN"] = Signatures.HmacBase64(credentials.Secret, text);
        request.Headers["OK-ACCESS-TIMESTAMP"] = timestamp;
        request.Headers["OK-ACCESS-PASSPHRASE"] = credentials.Passphrase;
    }
}
