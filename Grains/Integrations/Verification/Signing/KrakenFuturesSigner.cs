using System.Security.Cryptography;
using System.Text;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>Kraken futures: SHA-256 of body and path under HMAC-SHA512 of the decoded secret, in base64. Without a nonce, so that no bot is disturbed.</summary>
internal sealed class KrakenFuturesSigner : IRequestSigner
{
    private const string TradingPrefix = "/derivatives";

    public string Kind => "kraken_futures";

    public void Sign(OutgoingRequest request, SigningCredentials credentials)
    {
        var path = request.Canonical.AbsolutePath;
        if (path.StartsWith(TradingPrefix + "/", StringComparison.Ordinal))
            path = path[TradingPrefix.Length..];
        byte[] text = [.. request.Body ?? [], .. Encoding.ASCII.GetBytes(request.Canonical.Query.TrimStart('?') + path)];

        request.Headers["APIKey"] = credentials.Key;
        request.Headers["Authent"] = Convert.ToBase64String(HMACSHA512.HashData(Signatures.Decoded(credentials), SHA256.HashData(text)));
    }
}
