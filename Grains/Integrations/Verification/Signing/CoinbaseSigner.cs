using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>Coinbase CDP: a JWT for one method and path, good for two minutes, signed with ES256, or with EdDSA where the key is Ed25519.</summary>
internal sealed class CoinbaseSigner(TimeProvider time) : IRequestSigner
{
    private const int LifetimeSeconds = 120;

    public string Kind => "coinbase";

    public void Sign(OutgoingRequest request, SigningCredentials credentials)
    {
        var seed = EdwardsKey.Seed(credentials.Secret);
        using var key = seed is null ? Curve(credentials) : null;
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var header = Part(new Dictionary<string, object>
        {
            ["alg"] = seed is null ? "ES256" : "EdDSA",
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
        var text = Encoding.ASCII.GetBytes($"{header}.{claims}");
        var signature = seed is null ? key!.SignData(text, HashAlgorithmName.SHA256) : EdwardsKey.Sign(seed, text);
        request.Headers["Authorization"] = $"Bearer {header}.{claims}.{Base64Url.EncodeToString(signature)}";
    }

    private static ECDsa Curve(SigningCredentials credentials)
    {
        if (!Signatures.IsPem(credentials.Secret))
            throw Signatures.Unsupported(credentials);
        var key = ECDsa.Create();
        try
        {
            Signatures.Import(key, credentials);
            return key.KeySize == 256 ? key : throw Signatures.Unsupported(credentials);
        }
        catch (VerifyFaultException)
        {
            key.Dispose();
            throw;
        }
    }

    private static string Part(Dictionary<string, object> content) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(content));
}
