using System.Net.Http.Json;
using System.Text;
using ControlPlane.ProviderSimulator.Scripts;
using ControlPlane.ProviderSimulator.Tests.Driving;

namespace ControlPlane.ProviderSimulator.Tests;

public sealed class RequestLogTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_OfEveryRoute_HoldNoValue()
    {
        var scripts = ScriptLibrary.LoadEmbedded();
        await using var host = await SimulatorHost.StartAsync(cancel: Cancel);
        using var client = new HttpClient();
        var values = new HashSet<string>();
        foreach (var script in scripts)
        {
            foreach (var seed in new[] { "good", "other" })
            {
                var all = ScriptedRequest.Values(script, seed);
                values.UnionWith(all.Values);
                if (seed == "good" && all.Count > 0)
                    host.SetKey(script.Id, all);
                foreach (var route in script.Routes)
                {
                    using var request = ScriptedRequest.Build(host.BaseUrl(script.Id), route, all, "tok-7q");
                    using var response = await client.SendAsync(request, Cancel);
                    using var astray = ScriptedRequest.Build(host.BaseUrl(script.Id) + "/astray", route, all, "tok-7q");
                    using var none = await client.SendAsync(astray, Cancel);
                }
            }
        }

        var log = await client.GetStringAsync(host.Address + "/_control/requests", Cancel);

        Assert.Contains("\"no_route\"", log);
        Assert.DoesNotContain("7q", log);
        Assert.DoesNotContain(values, value => value.Length > 4 && (log.Contains(value) || log.Contains(Coded(value))));
    }

    [Fact]
    public async Task Requests_SinceASequence_TellNamesAndTraceHeaders()
    {
        await using var running = await Running.StartAsync(Samples.Bearer);
        using var plain = await running.GetAsync();
        var since = running.Host.LastSequence;
        using var request = Samples.Get(running.Base + "/v1/status?limit=1");
        foreach (var name in new[] { "traceparent", "tracestate", "baggage", "Cookie" })
            request.Headers.TryAddWithoutValidation(name, "a=b");
        using var traced = await running.Client.SendAsync(request, Cancel);

        var first = running.Host.Requests("sample")[0];
        var second = Assert.Single(running.Host.Requests("sample", since));
        Assert.False(first.Traceparent || first.Tracestate || first.Baggage || first.Cookie);
        Assert.True(second.Traceparent && second.Tracestate && second.Baggage && second.Cookie);
        Assert.Equal("GET /v1/status", second.Route);
        Assert.Equal("/sample/v1/status", second.Path);
        Assert.Equal(["limit"], second.QueryNames);
        Assert.Contains("Authorization", second.HeaderNames);
        Assert.Empty(running.Host.Requests("other"));
    }

    [Fact]
    public async Task Control_OverHttp_RegistersFaultsAndClears()
    {
        await using var running = await Running.StartAsync(Samples.Bearer);
        var control = running.Host.Address + "/_control";

        using var key = await running.Client.PutAsJsonAsync(
            $"{control}/keys/sample", new { values = new Dictionary<string, string> { [Samples.KeyName] = Samples.Key }, state = "active" }, Cancel);
        Assert.True(key.IsSuccessStatusCode);
        Assert.Equal("active", await running.StateAsync(Samples.Get(running.Base + "/v1/status")));
        Assert.DoesNotContain(Samples.Key, await running.Client.GetStringAsync($"{control}/keys/sample", Cancel));

        using var fault = await running.Client.PutAsync(
            $"{control}/faults/sample", new StringContent("""{"fault":"http_503","retry_after_s":7,"delay_ms":0,"count":1}""", Encoding.UTF8, "application/json"), Cancel);
        using var hit = await running.GetAsync();
        Assert.Equal(503, (int)hit.StatusCode);

        Assert.Contains("\"key_state\":\"active\"", await running.Client.GetStringAsync($"{control}/requests?provider=sample&since=0", Cancel));
        Assert.Contains("\"max\":1", await running.Client.GetStringAsync($"{control}/concurrency", Cancel));
        Assert.Contains("\"sample\"", await running.Client.GetStringAsync($"{control}/health", Cancel));

        using var removed = await running.Client.DeleteAsync($"{control}/keys/sample", Cancel);
        using var cleared = await running.Client.DeleteAsync($"{control}/requests", Cancel);
        Assert.Empty(running.Host.Requests());
        Assert.Equal("unknown", await running.StateAsync(Samples.Get(running.Base + "/v1/status")));
    }

    [Theory]
    [InlineData("keys/sample", """{"values":{"A":"s3cr3t"},"state":"asleep"}""")]
    [InlineData("keys/sample", """{"values":{"A":7}}""")]
    [InlineData("keys/sample", """{"values":{}}""")]
    [InlineData("keys/nobody", """{"values":{"A":"s3cr3t"}}""")]
    [InlineData("faults/sample", """{"fault":"explode"}""")]
    [InlineData("faults/sample", """{"fault":"hang","delay":1}""")]
    [InlineData("faults/sample", """{"fault":"hang","count":-1}""")]
    [InlineData("faults/sample", "nonsense")]
    public async Task Control_WrongOrder_IsRefusedWithoutEcho(string path, string body)
    {
        await using var running = await Running.StartAsync(Samples.Bearer);

        using var response = await running.Client.PutAsync(
            $"{running.Host.Address}/_control/{path}", new StringContent(body, Encoding.UTF8, "application/json"), Cancel);

        Assert.Equal(400, (int)response.StatusCode);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("bad_order", text);
        Assert.DoesNotContain("s3cr3t", text);
    }

    [Theory]
    [InlineData("/sample/v2", "no_such_route")]
    [InlineData("/nobody/v1", "no_such_provider")]
    [InlineData("/sample", "no_such_route")]
    [InlineData("/", "no_such_provider")]
    [InlineData("/sample/file.json", "no_such_route")]
    public async Task Path_NobodyKnows_IsNotFoundInJson(string path, string code)
    {
        await using var running = await Running.StartAsync(Samples.Bearer);

        using var response = await running.Client.GetAsync(running.Host.Address + path, Cancel);

        Assert.Equal(404, (int)response.StatusCode);
        Assert.Contains(code, await response.Content.ReadAsStringAsync(Cancel));
    }

    private static string Coded(string value) => Convert.ToBase64String(Encoding.UTF8.GetBytes(value)).TrimEnd('=');
}
