using System.Text;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>Bybit v5: time, key, receive window and the query or the body, under HMAC-SHA256 in hex, or RSA-SHA256 when the secret is a PEM.</summary>
internal sealed class BybitSigner(TimeProvider time) : IRequestSigner
{
    private const string ReceiveWindow = "5000";

    public string Kind => "bybit";

    public void Sign(OutgoingRequest request, SigningCredentials credentials)
    {
        var timestamp = time.GetUtcNow().ToUnixTimeMilliseconds();
        var payload = request.Body is { } body ? Encoding.UTF8.GetString(body) : request.Canonical.Query.TrimStart('?');
        var text = $"{timestamp}{credentials.Key}{ReceiveWindow}{payload}";

        request.Headers["X-BAPI-API-KEY"] = credentials.Key;
        request.Headers["X-BAPI-TIMESTAMP"] = $"{timestamp}";
        request.Headers["X-BAPI-RECV-WINDOW"] = ReceiveWindow;
        request.Headers["X-BAPI-SIGN-TYPE"] = "2";
        request.Headers["X-BAPI-SIGN"] = Signatures.IsPem(credentials.Secret)
            ? Signatures.RsaBase64(credentials, text)
            : Signatures.HmacHex(credentials.Secret, text);
    }
}
