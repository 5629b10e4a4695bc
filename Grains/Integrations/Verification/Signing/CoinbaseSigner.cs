using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>Coinbase CDP: a JWT for one method and path, good for two minutes, signed with ES256.</summary>
internal sealed class CoinbaseSigner(TimeProvider time) : IRequestSigner
{
    private const int LifetimeSeconds = 120;

    public string Kind => "coinbase";

    public void Sign(OutgoingRequest request, SigningCredentials credentials)
    {
        // The other type of key these services give out, Ed25519 in base64, is none that .NET can sign with.
        if (!Signatures.IsPem(credentials.Secret))
            throw Signatures.Unsupported(credentials);

        using var key = ECDsa.Create();
        Signatures.Import(key, credentials);
        if (key.KeySize != 256)
            throw Signatures.Unsupported(credentials);

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var header = Part(new Dictionary<string, object>
        {
            ["alg"] = "ES256",
            ["typ"] = "JWT",
            ["kid"] = credentials.Key,
            ["nonce"] = RandomNumberGenerator.GetHexString(32, lowercase: true),
        });
        var claims = Part(new Dictionary<string, object>
        {
            ["iss"] = "cdp",
            ["sub"] = credentials.Key,
            ["nbf"] = now,
            ["exp"] = now + LifetimeSeconds,
            ["uri"] = $"{request.Method} {request.Canonical.Authority}{request.Canonical.AbsolutePath}",
        });
        var signature = key.SignData(Encoding.ASCII.GetBytes($"{header}.{claims}"), HashAlgorithmName.SHA256);
        request.Headers["Authorization"] = $"Bearer {header}.{claims}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Part(Dictionary<string, object> content) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(content));
}
