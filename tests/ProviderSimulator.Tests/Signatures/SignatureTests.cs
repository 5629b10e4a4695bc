using System.Net.Http.Json;
using System.Text;
using ControlPlane.ProviderSimulator.Tests.Driving;

namespace ControlPlane.ProviderSimulator.Tests.Signatures;

public sealed class SignatureTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string, string?> Schemes => new()
    {
        { "binance", "GET", "/api/v3/account?omitZeroBalances=true&recvWindow=5000", null },
        { "bybit", "GET", "/v5/user/query-api", null },
        { "bybit", "POST", "/v5/order/create", """{"a":1}""" },
        { "okx", "GET", "/api/v5/account/config?x=%2F", null },
        { "okx", "POST", "/api/v5/trade/order", """{"a":1}""" },
        { "kucoin", "GET", "/api/v1/accounts?type=trade", null },
        { "quantconnect", "POST", "/authenticate", null },
        { "deribit", "GET", "/api/v2/private/get_account_summary?currency=BTC", null },
        { "coinbase", "GET", "/api/v3/brokerage/key_permissions?limit=1", null },
        { "gate", "GET", "/api/v4/account/detail?a=b", null },
        { "bitmex", "GET", "/api/v1/user?a=b", null },
        { "bitget", "GET", "/api/v2/spot/account/info?a=b", null },
        { "aws", "POST", "/", "Action=GetCallerIdentity&Version=2011-06-15" },
    };

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task Signature_RightWrongStaleOrOfAnotherKey_IsEvaluated(string scheme, string method, string target, string? body)
    {
        await using var running = await Running.StartAsync(Samples.Signed(scheme, method, target.Split('?')[0]));
        var good = Signer.Values(scheme, "good");
        var other = Signer.Values(scheme, "other");
        var forged = good.ToDictionary(
            static pair => pair.Key,
            pair => pair.Key.Contains("SECRET") || pair.Key.EndsWith("API_TOKEN") ? other[pair.Key] : pair.Value);
        running.Host.SetKey("sample", good);
        var now = DateTimeOffset.UtcNow;

        Assert.Equal("active", await StateAsync(good, now));
        Assert.Equal("active", await StateAsync(good, now, prefix: scheme is not ("quantconnect" or "binance" or "bybit")));
        Assert.Equal("bad_signature", await StateAsync(forged, now));
        Assert.Equal("unknown", await StateAsync(other, now));
        Assert.Equal("missing", await running.StateAsync(Build()));
        await StateAsync(good, now.AddHours(-3));
        Assert.Equal("stale_timestamp", running.Host.Requests()[^1].KeyState);
        await StateAsync(good, now.AddHours(3));
        Assert.Equal("stale_timestamp", running.Host.Requests()[^1].KeyState);

        running.Host.SetKey("sample", good, "revoked");
        Assert.Equal("unknown", await StateAsync(good, now));

        HttpRequestMessage Build() => new(new HttpMethod(method), running.Base + target)
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };

        async Task<string> StateAsync(Dictionary<string, string> values, DateTimeOffset at, bool prefix = false)
        {
            using var request = Build();
            await Signer.SignAsync(scheme, request, prefix ? "/sample" + target : target, values, at);
            return await running.StateAsync(request);
        }
    }

    [Theory]
    [InlineData("binance", 400, "-1021")]
    [InlineData("bybit", 200, "10002")]
    [InlineData("okx", 401, "50102")]
    [InlineData("kucoin", 400, "400002")]
    public async Task Stale_WithoutScriptedAnswer_IsTheProvidersOwn(string scheme, int status, string code)
    {
        await using var running = await Running.StartAsync(Samples.Signed(scheme, "GET", "/x"));
        running.Host.SetKey("sample", Signer.Values(scheme, "good"));
        using var request = new HttpRequestMessage(HttpMethod.Get, running.Base + "/x?a=b");
        await Signer.SignAsync(scheme, request, "/x?a=b", Signer.Values(scheme, "good"), DateTimeOffset.UtcNow.AddMinutes(-5));

        using var response = await running.Client.SendAsync(request, Cancel);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(code, await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("mexc", "GET", "/api/v3/account?recvWindow=5000")]
    [InlineData("bingx", "GET", "/openApi/v1/account/apiPermissions?a=b")]
    [InlineData("htx", "GET", "/v1/account/accounts")]
    [InlineData("kraken", "POST", "/0/private/GetApiKeyInfo")]
    [InlineData("kraken_futures", "GET", "/api/auth/v1/api-keys/v3/check")]
    public async Task Signature_RightWrongOrOfAnotherKey_IsEvaluated(string scheme, string method, string target)
    {
        await using var running = await Running.StartAsync(Samples.Signed(scheme, method, target.Split('?')[0]));
        var good = Signer.Values(scheme, "good");
        var other = Signer.Values(scheme, "other");
        running.Host.SetKey("sample", good);

        Assert.Equal("active", await StateAsync(good));
        Assert.Equal("bad_signature", await StateAsync(good.ToDictionary(static pair => pair.Key, pair => pair.Key.Contains("SECRET") ? other[pair.Key] : pair.Value)));
        Assert.Equal("unknown", await StateAsync(other));
        using var unsigned = new HttpRequestMessage(new HttpMethod(method), running.Base + target);
        Assert.Equal("missing", await running.StateAsync(unsigned));

        async Task<string> StateAsync(Dictionary<string, string> values)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), running.Base + target);
            await Signer.SignAsync(scheme, request, target, values, DateTimeOffset.UtcNow);
            return await running.StateAsync(request);
        }
    }

    [Fact]
    public async Task Kraken_NonceThatIsNotLarger_IsStale()
    {
        await using var running = await Running.StartAsync(Samples.Signed("kraken", "POST", "/0/private/GetApiKeyInfo"));
        var values = Signer.Values("kraken", "good");
        running.Host.SetKey("sample", values);
        var now = DateTimeOffset.UtcNow;
        foreach (var (at, state) in new[] { (now, "active"), (now, "stale_timestamp"), (now.AddSeconds(-1), "stale_timestamp"), (now.AddMilliseconds(1), "active") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, running.Base + "/0/private/GetApiKeyInfo");
            await Signer.SignAsync("kraken", request, "/0/private/GetApiKeyInfo", values, at);
            await running.StateAsync(request);
            Assert.Equal(state, running.Host.Requests()[^1].KeyState);
        }
    }

    [Theory]
    [InlineData("good-ds", "active")]
    [InlineData("other", "bad_signature")]
    public async Task Deribit_ClientCredentials_AreCompared(string secret, string state)
    {
        await using var running = await Running.StartAsync(Samples.Signed("deribit", "POST", "/api/v2/public/auth"));
        running.Host.SetKey("sample", Signer.Values("deribit", "good"));
        var body = new { method = "public/auth", @params = new { grant_type = "client_credentials", client_id = "good-dk", client_secret = secret } };
        using var request = new HttpRequestMessage(HttpMethod.Post, running.Base + "/api/v2/public/auth") { Content = JsonContent.Create(body) };

        Assert.Equal(state, await running.StateAsync(request));
    }

    [Fact]
    public async Task KuCoin_PlainPassphraseUnderAVersionTwoKey_IsWrong()
    {
        await using var running = await Running.StartAsync(Samples.Signed("kucoin", "GET", "/x"));
        var values = Signer.Values("kucoin", "good");
        running.Host.SetKey("sample", values);
        using var request = new HttpRequestMessage(HttpMethod.Get, running.Base + "/x");
        await Signer.SignAsync("kucoin", request, "/x", values, DateTimeOffset.UtcNow);
        request.Headers.Remove("KC-API-PASSPHRASE");
        request.Headers.Add("KC-API-PASSPHRASE", values["KUCOIN_API_PASSPHRASE"]);

        Assert.Equal("bad_signature", await running.StateAsync(request));
    }

    [Fact]
    public async Task Aws_TemporaryKey_NeedsItsSessionToken()
    {
        await using var running = await Running.StartAsync(Samples.Signed("aws", "POST", "/"));
        var values = Signer.Values("aws", "good");
        running.Host.SetKey("sample", new Dictionary<string, string>(values) { ["AWS_SESSION_TOKEN"] = "session" });

        Assert.Equal("unknown", await StateAsync(null));
        Assert.Equal("unknown", await StateAsync("another"));
        Assert.Equal("active", await StateAsync("session"));

        async Task<string> StateAsync(string? session)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, running.Base + "/");
            if (session is not null)
                request.Headers.Add("X-Amz-Security-Token", session);
            await Signer.SignAsync("aws", request, "/", values, DateTimeOffset.UtcNow);
            return await running.StateAsync(request);
        }
    }
}
