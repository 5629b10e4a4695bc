using System.Text.Json.Nodes;
using ControlPlane.Grains.Gateway;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Tests.Integrations.Catalogue;

namespace ControlPlane.Grains.Tests.Gateway;

public sealed class OperationTableTests
{
    private static readonly ProviderDefinition s_broker = Provider("broker");

    [Theory]
    [InlineData("GET", "/v2/orders", OperationEffect.Read, "GET /v2/orders")]
    [InlineData("HEAD", "/v2/orders", OperationEffect.Read, "HEAD /v2/orders")]
    [InlineData("DELETE", "/v2/orders/abc", OperationEffect.Cancel, "DELETE /v2/orders/{order}")]
    [InlineData("DELETE", "/v2/orders/all", OperationEffect.Account, "DELETE /v2/orders/all")]
    [InlineData("DELETE", "/v2/ord%65rs/a%20b", OperationEffect.Cancel, "DELETE /v2/orders/{order}")]
    [InlineData("GET", "/anything/else", OperationEffect.Read, "GET /anything/else")]
    [InlineData("HEAD", "/", OperationEffect.Read, "HEAD /")]
    public void Match_OfBroker_IsTheMostSpecific(string method, string path, OperationEffect effect, string label)
    {
        var match = OperationTable.Match(s_broker, null, method, path);
        Assert.Equal((effect, label), (match?.Effect, match?.Label));
    }

    [Fact]
    public void Match_PathValue_IsDecodedOnce() => Assert.Equal("a b", OperationTable.Match(s_broker, null, "DELETE", "/v2/orders/a%20b")!.PathValues["order"]);

    [Theory]
    [InlineData("POST", "/v2/withdraw")]
    [InlineData("PUT", "/v2/orders")]
    [InlineData("post", "/v2/orders")]
    [InlineData("DELETE", "/v2/orders/")]
    [InlineData("DELETE", "/V2/orders/abc")]
    [InlineData("OPTIONS", "/v2/orders")]
    public void Match_OfBroker_RefusesWhatIsNotListed(string method, string path) => Assert.Null(OperationTable.Match(s_broker, null, method, path));

    /// <summary>No broker by its category, and yet a call of it trades, moves money or makes a key that a bot could use past the gateway.</summary>
    [Theory]
    [InlineData("quantconnect", "POST", "/live/create")]
    [InlineData("quantconnect", "GET", "/live/commands/create")]
    [InlineData("quantconnect", "POST", "/Live/Create")]
    [InlineData("quantconnect", "POST", "/live/create/")]
    [InlineData("stripe", "POST", "/v1/payouts")]
    [InlineData("openai", "POST", "/realtime/client_secrets")]
    [InlineData("openai", "POST", "/realtime/sessions/")]
    [InlineData("xai", "POST", "/v1/realtime/client_secrets")]
    [InlineData("azure_openai", "POST", "/openai/v1/realtime/client_secrets")]
    [InlineData("google_gemini", "POST", "/v1alpha/auth_tokens")]
    [InlineData("openrouter", "POST", "/keys")]
    public void Match_OfAnyCategory_TradingMovingMoneyOrMakingKeys_IsAnAccounts(string provider, string method, string path) =>
        Assert.Equal(OperationEffect.Account, OperationTable.Match(CatalogueLoader.Load(null).Find(provider)!, null, method, path)?.Effect);

    /// <summary>Deribit takes each of its methods by GET too: seen before, a bot without a lease could buy and withdraw while all was BLOCKED.</summary>
    [Theory]
    [InlineData("deribit", "GET", "/api/v2/private/buy", false)]
    [InlineData("deribit", "GET", "/api/v2/private/withdraw", false)]
    [InlineData("deribit", "GET", "/api/v2/private/list_api_keys", false)]
    [InlineData("deribit", "GET", "/api/v2/private/%62uy", false)]
    [InlineData("deribit", "GET", "/api/v2/private/GET_positions", false)]
    [InlineData("deribit", "GET", "/api/v2/public/auth", false)]
    [InlineData("deribit", "GET", "/api/v2", false)]
    [InlineData("deribit", "HEAD", "/api/v2/private/sell", false)]
    [InlineData("deribit", "GET", "/api/v2/private/get_positions", true)]
    [InlineData("deribit", "GET", "/api/v2/public/get_order_book", true)]
    [InlineData("kraken", "GET", "/0/private/AddOrder", false)]
    [InlineData("kraken", "GET", "/0/private/WithdrawInfo", false)]
    [InlineData("kraken", "GET", "/0/public/Depth", true)]
    [InlineData("tradovate", "GET", "/order/placeorder", false)]
    [InlineData("tradovate", "GET", "/order/PLACEORDER", false)]
    [InlineData("tradovate", "GET", "/order/placeorder/", false)]
    [InlineData("tradovate", "GET", "/position/list", true)]
    [InlineData("alpaca", "GET", "/v2/positions", true)]
    public void Match_OfBroker_IsNoPlainReadWhereAGetCanOrder(string provider, string method, string path, bool passes)
    {
        var match = OperationTable.Match(CatalogueLoader.Load(null).Find(provider)!, null, method, path);
        Assert.Equal(passes ? OperationEffect.Read : null, match?.Effect);
    }

    [Theory]
    [InlineData("/v2/../orders")]
    [InlineData("/v2/%2e%2e/orders")]
    [InlineData("/v2/%2E./orders")]
    [InlineData("/v2/./orders")]
    [InlineData("/v2//orders")]
    [InlineData("//v2/orders")]
    [InlineData("/v2/a%2forders")]
    [InlineData("/v2/a%5corders")]
    [InlineData("/v2/a\\orders")]
    [InlineData("/v2/a%252forders")]
    [InlineData("/v2/a%c0%aforders")]
    [InlineData("/v2/a%ef%bc%8forders")]
    [InlineData("/v2/a%3forders")]
    [InlineData("/v2/a%23orders")]
    [InlineData("/v2/a;b/orders")]
    [InlineData("/v2/a%00/orders")]
    [InlineData("/v2/a%0a/orders")]
    [InlineData("/v2/a%2/orders")]
    [InlineData("/v2/\u00e9/orders")]
    [InlineData("v2/orders")]
    [InlineData("")]
    public void Match_PathThatCanBeReadInTwoWays_IsRefusedForEveryCategory(string path)
    {
        Assert.Null(OperationTable.Match(s_broker, null, "GET", path));
        Assert.Null(OperationTable.Match(Provider("llm"), null, "GET", path));
    }

    [Theory]
    [InlineData("llm", OperationEffect.Infer)]
    [InlineData("notification", OperationEffect.Notify)]
    [InlineData("market_data", OperationEffect.Read)]
    [InlineData("storage", OperationEffect.Read)]
    public void Match_OfOtherCategories_LetsEverythingPass(string category, OperationEffect effect) =>
        Assert.Equal(effect, OperationTable.Match(Provider(category), null, "POST", "/v1/chat/completions")?.Effect);

    [Theory]
    [InlineData("/bot123456:AAH-secret/sendMessage", "POST /{}/sendMessage")]
    [InlineData("/services/T0AAAA/B0BBBB/abcdefghijklmnopqrstuvwxyz", "POST /services/{}/{}/{}")]
    [InlineData("/v1/keys/QkzXyAbCdEf", "POST /v1/keys/{}")]
    public void Match_LabelOfUnlistedCall_ShowsNoKey(string path, string label) => Assert.Equal(label, OperationTable.Match(Provider("notification"), null, "POST", path)?.Label);

    [Fact]
    public void Match_Host_HasItsOwnOperations()
    {
        Assert.Equal(OperationEffect.Account, OperationTable.Match(s_broker, "data", "GET", "/v2/keys")?.Effect);
        Assert.Equal(OperationEffect.Read, OperationTable.Match(s_broker, null, "GET", "/v2/keys")?.Effect);
        Assert.Null(OperationTable.Match(s_broker, "elsewhere", "GET", "/v2/keys"));
    }

    internal static ProviderDefinition Provider(string category)
    {
        var json = SampleCatalogue.Provider();
        json["category"] = category;
        json["gateway"] = JsonNode.Parse("""
            { "hosts": { "data": "https://data.sample.test" },
              "operations": [
                { "method": "GET", "path": "/v2/orders", "effect": "read" },
                { "method": "DELETE", "path": "/v2/orders/{order}", "effect": "cancel", "cancel": { "order": { "order_id": ["{order}"] } } },
                { "method": "DELETE", "path": "/v2/orders/all", "effect": "account" },
                { "host": "data", "method": "GET", "path": "/v2/keys", "effect": "account" } ] }
            """);
        return SampleCatalogue.Load(json.ToJsonString()).Find("sample")!;
    }
}
