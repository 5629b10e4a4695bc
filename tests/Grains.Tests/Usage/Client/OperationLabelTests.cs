using ControlPlane.Abstractions;
using CsCheck;

namespace ControlPlane.Grains.Tests.Usage.Client;

public sealed class OperationLabelTests
{
    [Theory]
    [InlineData("GET", "https://api.massive.com/v3/quotes/AAPL?apiKey=canary", "GET /v3/quotes/AAPL")]
    [InlineData("GET", "https://api.massive.com/v1/marketstatus/now", "GET /v1/marketstatus/now")]
    [InlineData("POST", "https://demo.tradovateapi.com/v1/auth/accesstokenrequest", "POST /v1/auth/accesstokenrequest")]
    [InlineData("GET", "https://fapi.binance.com/fapi/v2/account#canary", "GET /fapi/v2/account")]
    [InlineData("POST", "https://api.openai.com/v1/chat/completions", "POST /v1/chat/completions")]
    [InlineData("GET", "https://www.alphavantage.co/query?function=X&apikey=canary", "GET /query")]
    [InlineData("get", "https://host", "GET /")]
    [InlineData("POST", "https://api.telegram.org/bot123456789:AAHcanarycanarycanarycanarycanaryc/sendMessage", "POST /{...}/sendMessage")]
    [InlineData("POST", "https://discord.com/api/webhooks/1234567890123456789/cAnArY_wEbHoOk-tOkEn_0123456789", "POST /api/webhooks/{...}/{...}")]
    [InlineData("POST", "https://hooks.slack.com/services/T00CANARY/B00CANARY/XXXXXXXXXXXXXXXXXXXXXXXX", "POST /services/{...}/{...}/{...}")]
    [InlineData("GET", "https://api-fxpractice.oanda.com/v3/accounts/001-001-0000001-001/orders", "GET /v3/accounts/{...}/orders")]
    [InlineData("GET", "https://host/users/0f8fad5b-d9cb-469f-a165-70867728950e", "GET /users/{...}")]
    [InlineData("GET", "https://host/orders/84017231", "GET /orders/{...}")]
    [InlineData("GET", "https://host/u/jane@example.com/x;key=canary/%63anary%20", "GET /u/{...}/{...}/{...}")]
    [InlineData("GET", "https://host/k/deadbeefdeadbeefdeadbeefdeadbeef", "GET /k/{...}")]
    [InlineData("GET", "https://host/k/QWxhZGRpbjpvcGVuc2VzYW1l", "GET /k/{...}")]
    public void Label_OfARequest_NamesTheRouteAndNoKey(string method, string address, string label)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        Assert.Equal(label, OperationLabel.Of(request));
    }

    [Fact]
    public void Label_GivenByTheCaller_IsCutWhereAQueryBegins()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://host/orders/84017231");
        request.Options.Set(IntegrationUsageScope.Operation, "GET /orders/{id}?key=canary\r\nx");
        Assert.Equal("GET /orders/{id}", OperationLabel.Of(request));
        request.Options.Set(IntegrationUsageScope.Operation, "?canary");
        Assert.Equal("GET /orders/{...}", OperationLabel.Of(request));
    }

    [Fact]
    public void Label_OfRandomKeys_HoldsNoneOfThem()
    {
        // Keys as providers make them: 24 or more characters out of one of their alphabets.
        string[] alphabets =
        [
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "0123456789abcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", "0123456789",
        ];
        var key = from letters in Gen.Int[0, alphabets.Length - 1].Select(i => alphabets[i])
            from indexes in Gen.Int[0, letters.Length - 1].Array[24, 64]
            select new string([.. indexes.Select(i => letters[i])]);
        key.Sample(
            secret =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"https://host/v1/{secret}/prices?token={secret}");
                return !OperationLabel.Of(request).Contains(secret, StringComparison.OrdinalIgnoreCase);
            },
            iter: 20_000);
    }

    [Fact]
    public void Label_IsNeverLongerThanAnOperationMayBe()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://host/" + string.Join('/', Enumerable.Repeat("segment", 200)));
        Assert.Equal(UsageLimits.MaxOperation, OperationLabel.Of(request).Length);
    }
}
