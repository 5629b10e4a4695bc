using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Requests;
using ControlPlane.Grains.Integrations.Verification.Signing;
using Microsoft.Extensions.Time.Testing;
using NSec.Cryptography;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

/// <summary>Against the vectors of RFC 8032, and a signature that another library made.</summary>
public sealed class EdwardsKeyTests
{
    private const string Seed = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private const string SeedAndPublicKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8DoQe/884Qvh1w3RjnS8CZZ+TWMJulDV8d3IZkElUxuA==";
    private const string Pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n-----END PRIVATE KEY-----\n";
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1795392000);

    [Theory]
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    public void Sign_VectorOfTheStandard_IsThatSignature(string seed, string publicKey, string message, string signature)
    {
        Assert.Equal(publicKey, Convert.ToHexStringLower(EdwardsKey.PublicKey(Convert.FromHexString(seed))));
        Assert.Equal(signature, Convert.ToHexStringLower(EdwardsKey.Sign(Convert.FromHexString(seed), Convert.FromHexString(message))));
    }

    [Theory]
    [InlineData(Seed)]
    [InlineData(SeedAndPublicKey)]
    [InlineData(Pem)]
    public void Coinbase_EdwardsKeyInEachForm_SignsAnEdDsaToken(string secret)
    {
        var request = Signed("coinbase", "https://api.coinbase.com/api/v3/brokerage/key_permissions", secret);

        var parts = request.Headers["Authorization"]["Bearer ".Length..].Split('.');
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
        Assert.Equal("EdDSA", header.RootElement.GetProperty("alg").GetString());
        var publicKey = PublicKey.Import(SignatureAlgorithm.Ed25519, EdwardsKey.PublicKey(Convert.FromBase64String(Seed)), KeyBlobFormat.RawPublicKey);
        Assert.True(SignatureAlgorithm.Ed25519.Verify(publicKey, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2])));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Binance_EdwardsPem_IsTheSignatureOfAnotherLibrary(bool lineBreaksWritten)
    {
        var request = Signed("binance", "https://api.binance.com/api/v3/account?omitZeroBalances=true", lineBreaksWritten ? Pem.Replace("\n", "\\n", StringComparison.Ordinal) : Pem);

        Assert.Equal(
            "?omitZeroBalances=true&recvWindow=5000&timestamp=1795392000000&signature=" + Uri.EscapeDataString("1GbvZwe5CEPc/zGe5epTyFBUJ5Pw40R2f9j3lm0cfZHLOg5968Gfi3CDyS06pfioWONcQeEojylB8r3/TVm/DQ=="),
            request.Target.Query);
    }

    [Theory]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8AoQe/884Qvh1w3RjnS8CZZ+TWMJulDV8d3IZkElUxuA==")]
    [InlineData("AAECAwQF")]
    [InlineData("no base64 at all")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    public void Seed_OtherText_IsNone(string secret) => Assert.Null(EdwardsKey.Seed(secret));

    private static OutgoingRequest Signed(string kind, string address, string secret)
    {
        var request = new OutgoingRequest { Method = "GET", Target = new Uri(address), Canonical = new Uri(address), Reach = Reach.Public };
        VerifyHarness.Signers(new FakeTimeProvider(s_now)).Single(signer => signer.Kind == kind)
            .Sign(request, new SigningCredentials { Key = "key1", Secret = secret, SecretVariable = "S" });
        return request;
    }
}
