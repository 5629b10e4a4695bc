using System.Net;
using System.Net.Http.Json;
using ControlPlane.ProviderSimulator.Tests.Driving;

namespace ControlPlane.ProviderSimulator.Tests;

public sealed class KeyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Key_RegisteredThenRevokedThenRemoved_IsActiveThenUnknown()
    {
        await using var running = await Running.StartAsync(Samples.Bearer);
        Assert.Equal("missing", await running.StateAsync(Samples.Get(running.Base + "/v1/status", bearer: null)));
        Assert.Equal("unknown", await running.StateAsync(Samples.Get(running.Base + "/v1/status")));

        running.Host.SetKey("sample", Samples.KeyName, Samples.Key);
        Assert.Equal("active", await running.StateAsync(Samples.Get(running.Base + "/v1/status")));

        running.Host.SetKey("sample", Samples.KeyName, Samples.Key, "revoked");
        Assert.Equal("unknown", await running.StateAsync(Samples.Get(running.Base + "/v1/status")));
        Assert.Equal("revoked", running.Host.Requests()[^1].KeyState);

        running.Host.SetKey("sample", Samples.KeyName, Samples.Key);
        running.Host.RemoveKey("sample");
        Assert.Equal("unknown", await running.StateAsync(Samples.Get(running.Base + "/v1/status")));
    }

    [Theory]
    [InlineData("limited", 403)]
    [InlineData("billing", 402)]
    [InlineData("exhausted", 402)]
    [InlineData("locked", 423)]
    [InlineData("rate_limited", 429)]
    [InlineData("wrong_environment", 401)]
    public async Task State_WithoutScriptedAnswer_HasItsDefault(string state, int status)
    {
        await using var running = await Running.StartAsync(Samples.Bearer);
        running.Host.SetKey("sample", Samples.KeyName, Samples.Key, state);

        using var response = await running.GetAsync();

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(state == "rate_limited", response.Headers.RetryAfter is not null);
    }

    [Theory]
    [InlineData("bearer {0}")]
    [InlineData("{0}")]
    [InlineData("Bearer {0} ")]
    [InlineData("Bearer {0}x")]
    public async Task Key_WrittenOtherThanScripted_IsNotActive(string format)
    {
        await using var running = await Running.StartAsync(Samples.Bearer);
        running.Host.SetKey("sample", Samples.KeyName, Samples.Key);
        using var request = Samples.Get(running.Base + "/v1/status", bearer: null);
        request.Headers.TryAddWithoutValidation("Authorization", string.Format(format, Samples.Key));

        // White space at the end of a header is no part of it.
        Assert.Equal(format.EndsWith(' ') ? "active" : "unknown", await running.StateAsync(request));
    }

    [Fact]
    public async Task Token_OfALogin_LivesAndDiesWithItsKey()
    {
        await using var running = await Running.StartAsync(Samples.Login);
        running.Host.SetKey("sample", Samples.KeyName, Samples.Key);
        using var login = await running.Client.PostAsJsonAsync(running.Base + "/login", new { user = new { key = Samples.Key } }, Cancel);
        var token = (await login.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(Cancel)).GetProperty("result").GetProperty("access").GetString();

        Assert.Equal([token!], running.Host.IssuedTokens("sample"));
        Assert.Equal("unknown", await running.StateAsync(Samples.Get(running.Base + "/me", "another")));
        Assert.Equal("active", await running.StateAsync(Samples.Get(running.Base + "/me", token)));

        running.Host.SetKey("sample", Samples.KeyName, Samples.Key, "revoked");
        Assert.Equal("unknown", await running.StateAsync(Samples.Get(running.Base + "/me", token)));

        running.Host.RemoveKey("sample");
        running.Host.SetKey("sample", Samples.KeyName, Samples.Key);
        Assert.Equal("unknown", await running.StateAsync(Samples.Get(running.Base + "/me", token)));
    }

    [Fact]
    public async Task Token_RegisteredAsAValue_CountsUnlessItOnlyRefreshes()
    {
        await using var running = await Running.StartAsync(Samples.Login);
        running.Host.SetKey("sample", new Dictionary<string, string> { ["SAMPLE_ACCESS_TOKEN"] = "held", ["SAMPLE_REFRESH_TOKEN"] = "fresh" });

        Assert.Equal("active", await running.StateAsync(Samples.Get(running.Base + "/me", "held")));
        Assert.Equal("unknown", await running.StateAsync(Samples.Get(running.Base + "/me", "fresh")));
    }

    [Fact]
    public async Task Login_OfAnUnknownKey_GivesNoToken()
    {
        await using var running = await Running.StartAsync(Samples.Login);

        using var login = await running.Client.PostAsJsonAsync(running.Base + "/login", new { user = new { key = "x" } }, Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, login.StatusCode);
        Assert.Empty(running.Host.IssuedTokens("sample"));
    }

    [Fact]
    public async Task Webhook_RegisteredByItsAddress_IsKnownByItsPath()
    {
        var webhook = Samples.Bearer.Routes[0] with
        {
            Path = "/webhooks/{WEBHOOK_ID}/{WEBHOOK_TOKEN}",
            Credentials = [new() { In = "path", Name = "WEBHOOK", Format = "{SAMPLE_WEBHOOK_URL}" }],
        };
        await using var running = await Running.StartAsync(Samples.Bearer with { Routes = [webhook] });
        running.Host.SetKey("sample", "SAMPLE_WEBHOOK_URL", "https://hooks.example/api/webhooks/17/s3cr3t");

        Assert.Equal("active", await running.StateAsync(Samples.Get(running.Base + "/webhooks/17/s3cr3t", null)));
        Assert.Equal("unknown", await running.StateAsync(Samples.Get(running.Base + "/webhooks/17/s3cr3", null)));
        Assert.Equal("unknown", await running.StateAsync(Samples.Get(running.Base + "/webhooks/7/s3cr3t", null)));
    }

    [Fact]
    public async Task Alternatives_OnOnePath_TheKnownKeyAnswers()
    {
        var header = Samples.Bearer.Routes[0];
        var query = header with { Credentials = [new() { In = "query", Name = "apikey", Format = $"{{{Samples.KeyName}}}" }] };
        await using var running = await Running.StartAsync(Samples.Bearer with { Routes = [header, query] });
        running.Host.SetKey("sample", Samples.KeyName, Samples.Key);

        Assert.Equal("active", await running.StateAsync(Samples.Get(running.Base + "/v1/status")));
        Assert.Equal("active", await running.StateAsync(Samples.Get($"{running.Base}/v1/status?apikey={Samples.Key}", null)));
        Assert.Equal("unknown", await running.StateAsync(Samples.Get($"{running.Base}/v1/status?apikey=x", null)));
        Assert.Equal("missing", await running.StateAsync(Samples.Get($"{running.Base}/v1/status", null)));
    }

    [Fact]
    public async Task Header_TheProviderInsistsOn_IsAskedForOnceAKeyIsSent()
    {
        var route = Samples.Bearer.Routes[0] with { Headers = new Dictionary<string, string> { ["X-Version"] = "2" } };
        await using var running = await Running.StartAsync(Samples.Bearer with { Routes = [route] });
        running.Host.SetKey("sample", Samples.KeyName, Samples.Key);
        using var right = Samples.Get(running.Base + "/v1/status");
        right.Headers.Add("X-Version", "2");
        using var wrong = Samples.Get(running.Base + "/v1/status");
        wrong.Headers.Add("X-Version", "1");

        Assert.Equal("active", await running.StateAsync(right));
        Assert.StartsWith("400 ", await running.StateAsync(wrong));
        Assert.Equal("missing", await running.StateAsync(Samples.Get(running.Base + "/v1/status", null)));
    }

    [Fact]
    public async Task OptionalCredentials_NoneSent_AreMissing()
    {
        var route = Samples.Bearer.Routes[0];
        var optional = route with { Credentials = [route.Credentials[0] with { Optional = true }] };
        await using var running = await Running.StartAsync(Samples.Bearer with { Routes = [optional] });
        running.Host.SetKey("sample", Samples.KeyName, Samples.Key);

        Assert.Equal("missing", await running.StateAsync(Samples.Get(running.Base + "/v1/status", null)));
        Assert.Equal("active", await running.StateAsync(Samples.Get(running.Base + "/v1/status")));
    }

    [Fact]
    public async Task SetKey_OfNoProviderOrState_Throws()
    {
        await using var running = await Running.StartAsync(Samples.Bearer);

        Assert.Throws<ArgumentException>(() => running.Host.SetKey("nobody", "A", "b"));
        Assert.Throws<ArgumentException>(() => running.Host.SetKey("sample", "A", "b", "unknown"));
        Assert.Throws<ArgumentException>(() => running.Host.SetKey("sample", "A", "b", "asleep"));
    }
}
