using System.Security.Cryptography;
using System.Text;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>Gate v4: method, path, query, SHA-512 of the body and seconds, line by line, under HMAC-SHA512 in hex.</summary>
internal sealed class GateSigner(TimeProvider time) : IRequestSigner
{
    public string Kind => "gate";

    public void Sign(OutgoingRequest request, SigningCredentials credentials)
    {
        var seconds = time.GetUtcNow().ToUnixTimeSeconds();
        var body = Convert.ToHexStringLower(SHA512.HashData(request.Body ?? []));
        var text = $"{request.Method}\n{request.Canonical.AbsolutePath}\n{request.Canonical.Query.TrimStart('?')}\n{body}\n{seconds}";

        request.Headers["KEY"] = credentials.Key;
        request.Headers["Timestamp"] = $"{seconds}";
        request.Headers["SIGN"] = Convert.ToHexStringLower(HMACSHA512.HashData(Encoding.UTF8.GetBytes(credentials.Secret), Encoding.UTF8.GetBytes(text)));
    }
}
