using System.Text;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>Binance: time and signature in the query. HMAC-SHA256 in hex over query and body, or RSA-SHA256 when the secret is a PEM.</summary>
internal sealed class BinanceSigner(TimeProvider time) : IRequestSigner
{
    public string Kind => "binance";

    public void Sign(OutgoingRequest request, SigningCredentials credentials)
    {
        if (!request.Canonical.Query.Contains("recvWindow=", StringComparison.Ordinal))
            request.AddQuery("recvWindow=5000");
        request.AddQuery($"timestamp={time.GetUtcNow().ToUnixTimeMilliseconds()}");

        var text = request.Canonical.Query[1..] + Encoding.UTF8.GetString(request.Body ?? []);
        var signature = Signatures.IsPem(credentials.Secret)
            ? Uri.EscapeDataString(Signatures.RsaBase64(credentials, text))
            : Signatures.HmacHex(credentials.Secret, text);
        request.AddQuery($"signature={signature}");
        request.Headers["X-MBX-APIKEY"] = credentials.Key;
    }
}
