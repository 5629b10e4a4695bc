using System.Globalization;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>HTX: method, host, path and sorted query, line by line, under HMAC-SHA256 in base64; all in the query.</summary>
internal sealed class HtxSigner(TimeProvider time) : IRequestSigner
{
    public string Kind => "htx";

    public void Sign(OutgoingRequest request, SigningCredentials credentials)
    {
        var now = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        request.AddQuery($"AccessKeyId={Uri.EscapeDataString(credentials.Key)}");
        request.AddQuery("SignatureMethod=HmacSHA256");
        request.AddQuery("SignatureVersion=2");
        request.AddQuery($"Timestamp={Uri.EscapeDataString(now)}");

        var query = string.Join('&', request.Canonical.Query.TrimStart('?').Split('&').Order(StringComparer.Ordinal));
        var text = $"{request.Method}\n{request.Canonical.Authority}\n{request.Canonical.AbsolutePath}\n{query}";
        request.AddQuery($"Signature={Uri.EscapeDataString(Signatures.HmacBase64(credentials.Secret, text))}");
    }
}
