using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Requests;
using ControlPlane.Grains.Integrations.Verification.Signing;
using ControlPlane.OfficialClients;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

/// <summary>Our signers against ccxt, byte for byte, for the same time, key and request.</summary>
public sealed class OtherClientSignatureTests
{
    private const string Secret = "s3cr3t";
    private const string Edwards = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n-----END PRIVATE KEY-----\n";
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeMilliseconds(1795392000123);
    private static readonly string s_coded = Convert.ToBase64String("s3cr3t-s3cr3t"u8);

    /// <summary>Takes a minute, and packages from the registry that npm is set up for.</summary>
    [Fact(Explicit = true)]
    public async Task Sign_SameRequest_IsWhatCcxtSends()
    {
        using var rsa = RSA.Create(2048);
        var pem = rsa.ExportPkcs8PrivateKeyPem();
        var privateKey = "0x" + new string('1', 64);
        var theirs = await NodeProgram.RunAsync(
            "sign.mjs",
            new JsonObject
            {
                ["now"] = s_now.ToUnixTimeMilliseconds(), ["key"] = "key1", ["secret"] = Secret, ["coded"] = s_coded, ["passphrase"] = "phrase",
                ["edwards"] = Edwards, ["rsa"] = pem, ["privateKey"] = privateKey,
            },
            TestContext.Current.CancellationToken);

        AssertHeaders(theirs, "gate", Secret, "KEY", "Timestamp", "SIGN");
        AssertHeaders(theirs, "bitget", Secret, "ACCESS-KEY", "ACCESS-SIGN", "ACCESS-TIMESTAMP", "ACCESS-PASSPHRASE");
        AssertHeaders(theirs, "okx", Secret, "OK-ACCESS-KEY", "OK-ACCESS-SIGN", "OK-ACCESS-TIMESTAMP", "OK-ACCESS-PASSPHRASE");
        AssertHeaders(theirs, "kucoin", Secret, "KC-API-KEY", "KC-API-KEY-VERSION", "KC-API-TIMESTAMP", "KC-API-PASSPHRASE", "KC-API-SIGN");
        AssertHeaders(theirs, "bybit", Secret, "X-BAPI-API-KEY", "X-BAPI-TIMESTAMP", "X-BAPI-RECV-WINDOW", "X-BAPI-SIGN");
        AssertHeaders(theirs, "kraken_futures", s_coded, "APIKey", "Authent");
        var kraken = AssertHeaders(theirs, "kraken", s_coded, "API-Key", "API-Sign");
        Assert.Equal(theirs["kraken"]!["body"]!.GetValue<string>(), Encoding.UTF8.GetString(kraken.Body!));
        var htx = Signed("htx", "GET", "https://api.huobi.pro/v1/account/accounts", Secret);
        Assert.Equal(theirs["htx"]!["url"]!.GetValue<string>(), htx.Target.AbsoluteUri);

        AssertQuery(theirs, "mexc", text => Signatures.HmacHex(Secret, text));
        AssertQuery(theirs, "bingx", text => Signatures.HmacHex(Secret, text));
        AssertQuery(theirs, "binance", text => Signatures.HmacHex(Secret, text));
        AssertQuery(theirs, "binance_edwards", text => Convert.ToBase64String(EdwardsKey.Sign(EdwardsKey.Seed(Edwards)!, Encoding.UTF8.GetBytes(text))));
        AssertQuery(theirs, "binance_rsa", text => Signatures.RsaBase64(new() { Key = "key1", Secret = pem, SecretVariable = "S" }, text));
        Assert.Equal(theirs["address"]!.GetValue<string>(), HyperliquidAddress.Of(privateKey, "PK"));
    }

    private static OutgoingRequest AssertHeaders(JsonNode theirs, string kind, string secret, params string[] headers)
    {
        var other = theirs[kind]!;
        var request = Signed(kind, other["method"]!.GetValue<string>(), other["url"]!.GetValue<string>().TrimEnd('?'), secret);
        foreach (var header in headers)
            Assert.Equal($"{kind} {header}: {other["headers"]![header]!.GetValue<string>()}", $"{kind} {header}: {request.Headers[header]}");
        return request;
    }

    /// <summary>The order of parameters is each client's own, so that the signature over the other's query is compared.</summary>
    private static void AssertQuery(JsonNode theirs, string kind, Func<string, string> sign)
    {
        var query = new Uri(theirs[kind]!["url"]!.GetValue<string>()).Query.TrimStart('?').Split("&signature=");
        Assert.Equal((kind, Uri.UnescapeDataString(query[1])), (kind, sign(query[0])));
    }

    private static OutgoingRequest Signed(string kind, string method, string address, string secret)
    {
        var request = new OutgoingRequest { Method = method, Target = new Uri(address), Canonical = new Uri(address), Reach = Reach.Public };
        VerifyHarness.Signers(new FakeTimeProvider(s_now)).Single(signer => signer.Kind == kind)
            .Sign(request, new() { Key = "key1", Secret = secret, Passphrase = "phrase", SecretVariable = "S", NonceUnit = "ms" });
        return request;
    }
}
