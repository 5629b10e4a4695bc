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

/// <summary>Signatures of other clients for the same request.</summary>
public sealed class OtherClientVectorTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 22, 20, 0, 0, TimeSpan.Zero);
    private const string Milliseconds = "1795377600000";

    /// <summary>Made by ccxt 4.5.84 from the same key, time and request.</summary>
    [Theory]
    [InlineData("gate", "https://api.gateio.ws/api/v4/account/detail", "SIGN", "2cec8ca857813bbf2a945a1df16f7b7f81b736555dae0fe3e8f71b5fa79f0d78eedd2b18b970ea61738c1cdadde202f1408e832e233ca7419f4057df90118236")]
    [InlineData("bitget", "https://api.bitget.com/api/v2/spot/account/info", "ACCESS-SIGN", "SSM6FVGxDL8Gjv7myLz9CLUzjhRLvxfG1aAg3bbVof0=")]
    [InlineData("okx", "https://www.okx.com/api/v5/account/config", "OK-ACCESS-SIGN", "/uyEw5FUmUjrdlExcWtV2J5jVm1xQXtiLTAE597KNe0=")]
    [InlineData("kucoin", "https://api.kucoin.com/api/v1/user/api-key", "KC-API-SIGN", "e2QPAUtOWCeiJqjGnPezsHqWMkosADrJzqY9a1eqZN8=")]
    [InlineData("kucoin", "https://api.kucoin.com/api/v1/user/api-key", "KC-API-PASSPHRASE", "2seEew+WDXPNZXJt86mHxczGZMLtDSg5LWRtGgntzrk=")]
    [InlineData("bybit", "https://api.bybit.com/v5/user/query-api", "X-BAPI-SIGN", "ca0a96ae1d8f7f56bf897e0d6eae9d5e9765c87ff2178188a967b3d78410848b")]
    public void Sign_SameRequest_IsTheSignatureOfAnotherClient(string kind, string address, string header, string expected)
    {
        var request = Request("GET", address);
        Sign(kind, request, s_other, Credentials("s3cr3t"));
        Assert.Equal(expected, request.Headers[header]);
    }

    [Theory]
    [InlineData("bingx", "https://open-api.bingx.com/openApi/v1/account/apiPermissions?recvWindow=5000", "X-BX-APIKEY")]
    [InlineData("mexc", "https://api.mexc.com/api/v3/account?recvWindow=5000", "X-MEXC-APIKEY")]
    public void Sign_FollowersOfBinance_SignTheirWholeQuery(string kind, string address, string header)
    {
        var request = Request("GET", address);
        Sign(kind, request, s_other, Credentials("s3cr3t"));
        var parts = request.Target.Query.TrimStart('?').Split("&signature=");
        Assert.Equal("recvWindow=5000&timestamp=1795392000123", parts[0]);
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData("s3cr3t"u8, Encoding.UTF8.GetBytes(parts[0]))), parts[1]);
        Assert.Equal("key1", request.Headers[header]);
    }

    [Fact]
    public void Sign_Htx_IsTheSignatureOfAnotherClient()
    {
        var request = Request("GET", "https://api.huobi.pro/v1/account/accounts");
        Sign("htx", request, s_other, Credentials("s3cr3t"));
        Assert.Equal(
            "?AccessKeyId=key1&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=2026-11-23T00%3A00%3A00&Signature=YXwYiXjiVnlyJK5Z2GoL7uG3cCkTZBv%2FOUi%2Bdo6JzT4%3D",
            request.Target.Query);
    }

    [Theory]
    [InlineData("ms", "nonce=1795392000123", "gI0vt6mLZ38SMtfLHMJx8jMpCLekTGU1NmenCbnfkKEXZw8h1nIKyRkEA8D+SgRIQTOwvyJYsfCQBmSv6/2l9g==")]
    [InlineData("us", "nonce=1795392000123000", null)]
    [InlineData("NS", "nonce=1795392000123000000", null)]
    [InlineData(null, "nonce=1795392000123000", null)]
    public void Sign_Kraken_CountsInTheUnitThatWasSet(string? unit, string body, string? signature)
    {
        var request = Request("POST", "https://api.kraken.com/0/private/GetApiKeyInfo");
        var secret = Convert.ToBase64String("s3cr3t-s3cr3t"u8);
        Sign("kraken", request, s_other, new() { Key = "key1", Secret = secret, SecretVariable = "S", NonceUnit = unit });
        Assert.Equal(body, Encoding.UTF8.GetString(request.Body!));
        if (signature is not null)
            Assert.Equal(signature, request.Headers["API-Sign"]);
    }

    [Fact]
    public void Sign_KrakenUnknownNonceUnit_IsRefusedByName()
    {
        var fault = Assert.Throws<VerifyFaultException>(() => Sign(
            "kraken", Request("POST", "https://api.kraken.com/0/private/GetApiKeyInfo"), s_other, new() { Key = "k", Secret = "YWJj", SecretVariable = "S", NonceUnit = "seconds" }));
        Assert.Equal("KRAKEN_NONCE_UNIT", fault.Variable);
    }

    [Fact]
    public void Sign_KrakenFutures_IsTheSignatureOfAnotherClient()
    {
        var request = Request("GET", "https://futures.kraken.com/derivatives/api/v3/accounts");
        Sign("kraken_futures", request, s_other, Credentials(Convert.ToBase64String("s3cr3t-s3cr3t"u8)));
        Assert.Equal("Z56U2ytNW1XpGQNFGFt1FW6TUarVxk76uHcGiuHR4I5UfyCCuKBS2e2ISXkXWml6i3Kg9OkUmCCRPPkRAWEhBQ==", request.Headers["Authent"]);
    }

    [Theory]
    [InlineData("https://sts.amazonaws.com/", "us-east-1")]
    [InlineData("https://sts.eu-central-1.amazonaws.com/", "eu-central-1")]
    [InlineData("https://sts.cn-north-1.amazonaws.com.cn/", "cn-north-1")]
    [InlineData("https://sts.us-gov-west-1.amazonaws.com/", "us-gov-west-1")]
    [InlineData("https://sts.eusc-de-east-1.amazonaws.eu/", "eusc-de-east-1")]
    public void Sign_Aws_IsForTheHostThatIsCalled(string address, string region)
    {
        var request = Request("POST", address);
        Sign("aws", request, s_other, Credentials("s3cr3t"));
        Assert.Contains($"Credential=key1/20261123/{region}/sts/aws4_request", request.Headers["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public void Sign_RequestBehindAnOverride_SignsTheProvidersOwnAddress()
    {
        var direct = Signed("okx", "GET", "https://www.okx.com/api/v5/account/config");
        var proxied = Request("GET", "http://127.0.0.1:9000/okx/api/v5/account/config", "https://www.okx.com/api/v5/account/config");
        Sign("okx", proxied, s_now, Credentials("s3cr3t"));
        Assert.Equal(direct.Headers["OK-ACCESS-SIGN"], proxied.Headers["OK-ACCESS-SIGN"]);
    }

    private static readonly DateTimeOffset s_other = DateTimeOffset.FromUnixTimeMilliseconds(1795392000123);

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
