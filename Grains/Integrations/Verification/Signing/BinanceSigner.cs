using System.Text;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>Binance: time and signature in the query. HMAC-SHA256 in hex over query and body, or Ed25519 or RSA-SHA256 in base64 by the key that a PEM holds.</summary>
/// <remarks>MEXC and BingX took over the scheme, with a header of their own name.</remarks>
internal class BinanceSigner(TimeProvider time) : IRequestSigner
{
    public virtual string Kind => "binance";

    protected virtual string KeyHeader => "X-MBX-APIKEY";

    public void Sign(OutgoingRequest request, SigningCredentials credentials)
    {
        if (!request.Canonical.Query.Contains("recvWindow=", StringComparison.Ordinal))
            request.AddQuery("recvWindow=5000");
        request.AddQuery($"timestamp={time.GetUtcNow().ToUnixTimeMilliseconds()}");

        var text = request.Canonical.Query[1..] + Encoding.UTF8.GetString(request.Body ?? []);
        request.AddQuery($"signature={Signature(credentials, text)}");
        request.Headers[KeyHeader] = credentials.Key;
    }

    private static string Signature(SigningCredentials credentials, string text)
    {
        if (!Signatures.IsPem(credentials.Secret))
            return Signatures.HmacHex(credentials.Secret, text);
        var signature = EdwardsKey.Seed(credentials.Secret) is { } seed
            ? Convert.ToBase64String(EdwardsKey.Sign(seed, Encoding.UTF8.GetBytes(text)))
            : Signatures.RsaBase64(credentials, text);
        return Uri.EscapeDataString(signature);
    }
}
