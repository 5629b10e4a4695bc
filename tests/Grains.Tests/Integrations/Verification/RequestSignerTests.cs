using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Requests;
using ControlPlane.Grains.Integrations.Verification.Signing;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

/// <summary>Expected signatures are the providers' published examples, or were computed by another program.</summary>
public sealed class RequestSignerTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 22, 20, 0, 0, TimeSpan.Zero);
    private const string Milliseconds = "1795377600000";

    // The example of the Binance documentation.
    [Fact]
    public void Binance_PublishedExample_HasItsSignature()
    {
        var request = Request("GET", "https://api.binance.com/api/v3/order?symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000");
        Sign("binance", request, DateTimeOffset.FromUnixTimeMilliseconds(1499827319559), new()
        {
            Key = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
            Secret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j",
            SecretVariable = "S",
        });

        Assert.EndsWith("&timestamp=1499827319559&signature=c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71", request.Target.Query, StringComparison.Ordinal);
        Assert.Equal("vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A", request.Headers["X-MBX-APIKEY"]);
    }

    [Fact]
    public void Binance_RsaPem_SignsWithIt()
    {
        using var rsa = RSA.Create(2048);
        var request = Request("GET", "https://api.binance.com/api/v3/account");
        Sign("binance", request, s_now, Credentials(rsa.ExportPkcs8PrivateKeyPem().Replace("\n", "\\n", StringComparison.Ordinal)));

        var query = request.Target.Query[1..];
        var split = query.IndexOf("&signature=", StringComparison.Ordinal);
        Assert.Equal($"recvWindow=5000&timestamp={Milliseconds}", query[..split]);
        var signature = Convert.FromBase64String(Uri.UnescapeDataString(query[(split + 11)..]));
        Assert.True(rsa.VerifyData(Encoding.UTF8.GetBytes(query[..split]), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    // Both examples of BitMEX's page on the use of API keys.
    [Theory]
    [InlineData("https://www.bitmex.com/api/v1/instrument", 1518064236, "c7682d435d0cfe87c16098df34ef2eb5a549d4c5a3c2b1f0f77b8af73423bf00")]
    [InlineData("https://www.bitmex.com/api/v1/instrument?filter=%7B%22symbol%22%3A+%22XBTM15%22%7D", 1518064237, "e2f422547eecb5b3cb29ade2127e21b858b235b386bfa45e1c1756eb3383919f")]
    public void Bitmex_PublishedExample_HasItsSignature(string address, long expires, string signature)
    {
        var request = Request("GET", address);
        Sign("bitmex", request, DateTimeOffset.FromUnixTimeSeconds(expires - 30), new()
        {
            Key = "LAqUlngMIQkIUjXMUreyu3qn",
            Secret = "chNOOS4KvNXR_Xq4k4c9qsfoKWvnDecLATCRlcBwyKDYnWgO",
            SecretVariable = "S",
        });

        Assert.Equal(("LAqUlngMIQkIUjXMUreyu3qn", $"{expires}", signature), (request.Headers["api-key"], request.Headers["api-expires"], request.Headers["api-signature"]));
    }

    [Fact]
    public void Bybit_KnownVector_Matches()
    {
        var request = Signed("bybit", "GET", "https://api.bybit.com/v5/user/query-api?a=1&b=2");
        Assert.Equal("cc0ae48c40ae15a5354fc799293a6c8926e425b450c5cc4d3da209ee55de7195", request.Headers["X-BAPI-SIGN"]);
        Assert.Equal(Milliseconds, request.Headers["X-BAPI-TIMESTAMP"]);
        Assert.Equal("5000", request.Headers["X-BAPI-RECV-WINDOW"]);
        Assert.Equal("key1", request.Headers["X-BAPI-API-KEY"]);
    }

    [Fact]
    public void Okx_KnownVector_Matches()
    {
        var request = Signed("okx", "GET", "https://www.okx.com/api/v5/account/config?x=1");
        Assert.Equal("UqOBfgbNlILJ54Wp0Cyag9Itk1Fm34FGUlHtf0+zI8w=", request.Headers["OK-ACCESS-SIGN"]);
        Assert.Equal("2026-11-22T20:00:00.000Z", request.Headers["OK-ACCESS-TIMESTAMP"]);
        Assert.Equal("phrase", request.Headers["OK-ACCESS-PASSPHRASE"]);
    }

    [Fact]
    public void KuCoin_KnownVector_Matches()
    {
        var request = Signed("kucoin", "GET", "https://api.kucoin.com/api/v1/accounts?type=trade");
        Assert.Equal("yjCcWkcxJzEn1smLb4mKXPOuV2qSISWFDcc5iFLtnf4=", request.Headers["KC-API-SIGN"]);
        Assert.Equal("2seEew+WDXPNZXJt86mHxczGZMLtDSg5LWRtGgntzrk=", request.Headers["KC-API-PASSPHRASE"]);
        Assert.Equal("2", request.Headers["KC-API-KEY-VERSION"]);
    }

    [Fact]
    public void QuantConnect_KnownVector_Matches()
    {
        var request = Request("POST", "https://www.quantconnect.com/api/v2/authenticate");
        Sign("quantconnect", request, s_now, new() { Key = "123", Secret = "s3cr3t", SecretVariable = "S" });
        Assert.Equal(
            "Basic MTIzOmNiMjJiMjE4ZmU4NjhlYWQyZGQyZmQ2MDhmZTE5NzA4MzhlZGFhNmVlMzYwMmE4YmVkMmVlNzE0NDgyOTkyYTg=",
            request.Headers["Authorization"]);
        Assert.Equal("1795377600", request.Headers["Timestamp"]);
    }

    // The example of the AWS documentation.
    [Fact]
    public void Aws_PublishedExample_HasItsSignature()
    {
        var request = Request("GET", "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08", body: "");
        request.Headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8";
        Sign("aws", request, new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero), new()
        {
            Key = "AKIDEXAMPLE",
            Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            SecretVariable = "S",
        });
        Assert.Equal(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, "
            + "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
            request.Headers["Authorization"]);
    }

    [Fact]
    public void Aws_RegionalHostAndTemporaryKey_AreInTheScopeAndTheSignedHeaders()
    {
        var request = Request("POST", "https://sts.eu-west-1.amazonaws.com/", body: "Action=GetCallerIdentity");
        Sign("aws", request, s_now, new() { Key = "ASIA", Secret = "x", SessionToken = "session", SecretVariable = "S" });
        Assert.Contains("/20261122/eu-west-1/sts/aws4_request", request.Headers["Authorization"], StringComparison.Ordinal);
        Assert.Contains("x-amz-security-token", request.Headers["Authorization"], StringComparison.Ordinal);
        Assert.Equal("session", request.Headers["X-Amz-Security-Token"]);
    }

    [Fact]
    public void Deribit_Header_SignsTimeNonceMethodPathAndBody()
    {
        var header = Signed("deribit", "GET", "https://www.deribit.com/api/v2/private/get_position?a=1").Headers["Authorization"];
        var parts = Regex.Match(header, "^deri-hmac-sha256 id=key1,ts=([0-9]+),nonce=([0-9a-f]{16}),sig=([0-9a-f]{64})$");
        Assert.True(parts.Success);
        Assert.Equal(Milliseconds, parts.Groups[1].Value);
        var text = $"{Milliseconds}\n{parts.Groups[2].Value}\nGET\n/api/v2/private/get_position?a=1\n\n";
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData("s3cr3t"u8, Encoding.UTF8.GetBytes(text))), parts.Groups[3].Value);
    }

    [Fact]
    public void Coinbase_Jwt_IsForThisCallAndVerifiesWithThePublicKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request("GET", "https://api.coinbase.com/api/v3/brokerage/key_permissions?x=1");
        Sign("coinbase", request, s_now, Credentials(key.ExportECPrivateKeyPem().Replace("\n", "\\n", StringComparison.Ordinal)));

        var parts = request.Headers["Authorization"]["Bearer ".Length..].Split('.');
        Assert.True(key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256));
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
        Assert.Equal(("ES256", "key1"), (header.RootElement.GetProperty("alg").GetString(), header.RootElement.GetProperty("kid").GetString()));
        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
        Assert.Equal("GET api.coinbase.com/api/v3/brokerage/key_permissions", claims.RootElement.GetProperty("uri").GetString());
        Assert.Equal(s_now.ToUnixTimeSeconds() + 120, claims.RootElement.GetProperty("exp").GetInt64());
        Assert.Equal("cdp", claims.RootElement.GetProperty("iss").GetString());
    }

    [Theory]
    [InlineData("no pem at all")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----\\nAAAA\\n-----END EC PRIVATE KEY-----")]
    [InlineData("-----BEGIN ")]
    public void Coinbase_SecretOfAnotherType_IsUnsupported(string secret)
    {
        var fault = Assert.Throws<VerifyFaultException>(() =>
            Sign("coinbase", Request("GET", "https://api.coinbase.com/x"), s_now, Credentials(secret)));
        Assert.Equal(("unsupported_key", "S"), (fault.Code, fault.Variable));
        Assert.DoesNotContain(secret, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_SigningKind_TakesItsCredentialsFromTheFrontOfRequires()
    {
        await using var server = new RawServer(RawServer.Json("""{"id":1}"""));
        using var harness = new VerifyHarness(new FakeTimeProvider(s_now));
        var provider = Targets.Provider(
            """{"kind":"okx","request":{"path":"/api/v5/account/config?x=1"},"min_interval_s":1,"outcomes":[{"status":[200],"verdict":"valid"}]}""",
            requires: "A_KEY A_SECRET A_PASSPHRASE");
        await harness.VerifyAsync(Targets.Target(provider, server.Url, ("A_KEY", "key1"), ("A_SECRET", "s3cr3t"), ("A_PASSPHRASE", "phrase")));

        var request = Assert.Single(server.Requests);
        Assert.Contains("OK-ACCESS-SIGN: UqOBfgbNlILJ54Wp0Cyag9Itk1Fm34FGUlHtf0+zI8w=", request, StringComparison.Ordinal);
        Assert.Contains("OK-ACCESS-KEY: key1", request, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", request, StringComparison.Ordinal);
    }

    private static SigningCredentials Credentials(string secret) =>
        new() { Key = "key1", Secret = secret, Passphrase = "phrase", SecretVariable = "S" };

    private static OutgoingRequest Request(string method, string target, string? canonical = null, string? body = null) => new()
    {
        Method = method,
        Target = new Uri(target),
        Canonical = new Uri(canonical ?? target),
        Reach = Reach.Public,
        Body = body is null ? null : Encoding.UTF8.GetBytes(body),
    };

    private static OutgoingRequest Signed(string kind, string method, string address)
    {
        var request = Request(method, address);
        Sign(kind, request, s_now, Credentials("s3cr3t"));
        return request;
    }

    private static void Sign(string kind, OutgoingRequest request, DateTimeOffset now, SigningCredentials credentials) =>
        VerifyHarness.Signers(new FakeTimeProvider(now)).Single(signer => signer.Kind == kind).Sign(request, credentials);
}
