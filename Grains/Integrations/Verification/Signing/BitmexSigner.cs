using System.Text;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>BitMEX: method, path with query, the second at which the request ends, and body, under HMAC-SHA256 in hex.</summary>
internal sealed class BitmexSigner(TimeProvider time) : IRequestSigner
{
    private static readonly TimeSpan s_goodFor = TimeSpan.FromSeconds(30);

    public string Kind => "bitmex";

    public void Sign(OutgoingRequest request, SigningCredentials credentials)
    {
        var expires = (time.GetUtcNow() + s_goodFor).ToUnixTimeSeconds();
        var text = $"{request.Method}{request.Canonical.PathAndQuery}{expires}{Encoding.UTF8.GetString(request.Body ?? [])}";
        request.Headers["api-key"] = credentials.Key;
        request.Headers["api-expires"] = $"{expires}";
        request.Headers["api-signature"] = Signatures.HmacHex(credentials.Secret, text);
    }
}
