using System.Net;
using System.Text;
using System.Text.Json;
using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.ProviderSimulator;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Api.Tests.Gateway;

/// <summary>Calls that must be signed: what an SDK has signed with a token of ours is signed anew with the key. The simulator's own checks, which share no
/// code with our signers, are the judge.</summary>
public sealed class SignedCallTests
{
    private const string SdkSecret = "what-the-sdk-was-given-as-secret";
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Keys of each provider, and what its SDK sends along: its own signature, over a token in place of the key.</summary>
    public static TheoryData<string, string, string, string> Schemes => new()
    {
        { "binance", "BINANCE_API_KEY=bk-canary-01 BINANCE_API_SECRET=bs-canary-0123456789", "X-MBX-APIKEY={token}", "&timestamp=1&signature=00" },
        { "binance_futures", "BINANCE_FUTURES_API_KEY=fk-canary-01 BINANCE_FUTURES_API_SECRET=fs-canary-0123456789", "X-MBX-APIKEY={token}", "&timestamp=1&signature=00" },
        { "bybit", "BYBIT_API_KEY=yk-canary-01 BYBIT_API_SECRET=ys-canary-0123456789", "X-BAPI-API-KEY={token}|X-BAPI-SIGN=00|X-BAPI-TIMESTAMP=1|X-BAPI-RECV-WINDOW=9", "" },
        { "okx", "OKX_API_KEY=ok-canary-01 OKX_API_SECRET=os-canary-0123456789 OKX_PASSPHRASE=op-canary-0123", "OK-ACCESS-KEY={token}|OK-ACCESS-SIGN=00|OK-ACCESS-TIMESTAMP=2020-01-01T00:00:00.000Z|OK-ACCESS-PASSPHRASE=x", "" },
        { "kucoin", "KUCOIN_API_KEY=kk-canary-01 KUCOIN_API_SECRET=ks-canary-0123456789 KUCOIN_API_PASSPHRASE=kp-canary-0123", "KC-API-KEY={token}|KC-API-SIGN=00|KC-API-TIMESTAMP=1|KC-API-PASSPHRASE=x|KC-API-KEY-VERSION=2", "" },
        { "coinbase", "COINBASE_API_KEY=0f1e2d3c-0000-4000-8000-000000000001 COINBASE_API_SECRET=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8DoQe/884Qvh1w3RjnS8CZZ+TWMJulDV8d3IZkElUxuA==", "X-Control-Plane-Token={token}|Authorization=Bearer eyJhbGciOiJub25lIn0.e30.", "" },
        { "deribit", "DERIBIT_API_KEY=dk-canary-01 DERIBIT_API_SECRET=ds-canary-0123456789", "X-Control-Plane-Token={token}|Authorization=deri-hmac-sha256 id=x,ts=1,nonce=n,sig=00", "" },
    };

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task Call_SignedByAnSdk_IsSignedAnew_WithItsQueryAndWithItsBody(string provider, string keys, string sdkHeaders, string sdkQuery)
    {
        var values = keys.Split(' ').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Scripts = [Script(provider)], Time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.Zero)) }, Cancel);
        simulator.SetKey(provider, values);
        await using var scene = await OpenAsync(simulator, provider, values);
        var headers = sdkHeaders.Replace("{token}", scene.LeaseToken, StringComparison.Ordinal).Split('|').Select(pair => pair.Split('=', 2)).Select(pair => (pair[0], pair[1])).ToArray();

        await SignedAsync(HttpMethod.Get, $"/read?symbol=BTC-USDT&note=a%20b%2Bc%2F%C3%A4&empty={sdkQuery}", null);
        await SignedAsync(HttpMethod.Post, $"/write?recvWindow=9000{sdkQuery}", IsForm(provider) ? "symbol=BTCUSDT&note=a%20b%2Bc%2F%C3%A4" : """{ "symbol" : "BTC-USDT", "note": "ä/+ \u0041" }""");
        Assert.Equal(["active", "active"], simulator.Requests(provider).Select(request => request.KeyState));
        Assert.All(simulator.Requests(provider), request => Assert.DoesNotContain("X-Control-Plane-Token", request.HeaderNames, StringComparer.OrdinalIgnoreCase));

        // The judge evaluates: signed with another secret, the same call does not pass.
        foreach (var name in values.Keys.Where(name => name.EndsWith("SECRET", StringComparison.Ordinal)))
            scene.Api.Secrets.Set(name, provider == "coinbase" ? Convert.ToBase64String(Enumerable.Repeat((byte)7, 32).ToArray()) : SdkSecret);
        using var wrong = await SendAsync(HttpMethod.Get, "/read?symbol=BTC-USDT", null);
        Assert.Equal(HttpStatusCode.Forbidden, wrong.StatusCode);

        async Task SignedAsync(HttpMethod method, string target, string? body)
        {
            using var answer = await SendAsync(method, target, body);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{provider} {method} {target}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}");
        }

        Task<HttpResponseMessage> SendAsync(HttpMethod method, string target, string? body) => scene.SendAsync(
            method, $"/gateway/{provider}/api/signed{target}", body is null ? null : new StringContent(body, Encoding.UTF8, IsForm(provider) ? "application/x-www-form-urlencoded" : "application/json"), headers);
    }

    private static bool IsForm(string provider) => provider.StartsWith("binance", StringComparison.Ordinal);

    /// <summary>The scene with the simulator as provider, and a call with a body that the catalogue lists.</summary>
    private static Task<GatewayScene> OpenAsync(SimulatorHost simulator, string provider, Dictionary<string, string> values) => GatewayScene.StartAsync(api =>
    {
        foreach (var (name, value) in values) api.Secrets.Set(name, value);
        var catalogue = new ProviderCatalogue(CatalogueLoader.Load(null).Providers.Select(one => one.Id != provider ? one : one with
        {
            Gateway = one.Gateway! with { Reads = [], Operations = [.. one.Gateway.Operations, new OperationDefinition { Method = "POST", Path = "/api/signed/write", Effect = "read" }] },
        }));
        var before = api.Services!;
        api.Services = services =>
        {
            before(services);
            services.AddSingleton(catalogue).AddSingleton(new IntegrationSettings(new Dictionary<string, IntegrationOptions> { [provider] = new() { BaseUrl = new Uri(simulator.BaseUrl(provider)) } }));
        };
    });

    private static ProviderScript Script(string provider)
    {
        var answers = new Dictionary<string, AnswerScript> { ["active"] = Answer(200), ["unknown"] = Answer(401), ["missing"] = Answer(402), ["bad_signature"] = Answer(403), ["stale_timestamp"] = Answer(408) };
        RouteScript Route(string method, string path) => new() { Method = method, Path = path, Credentials = [], Signature = provider == "binance_futures" ? "binance" : provider, Answers = answers };
        return new ProviderScript { Id = provider, RealBase = CatalogueLoader.Load(null).Find(provider)!.BaseUrl, Routes = [Route("GET", "/api/signed/read"), Route("POST", "/api/signed/write")] };
    }

    private static AnswerScript Answer(int status) => new() { Status = status, Json = JsonSerializer.SerializeToElement(new { status }) };
}
