using System.Net;
using System.Text;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;

namespace ControlPlane.Api.Tests.Usage;

/// <summary>Plainly posted events go the short way; the same with a query go the long one.</summary>
public sealed class UsageFastPathTests
{
    private const string Short = "/api/usage-events";
    private const string Long = "/api/usage-events?long";
    private const string Json = "application/json";
    private const string Good = "{\"provider\":\"polygon\",\"operation\":\"GET /v3/quotes\",\"status\":\"ok\",\"http_status\":200,\"latency_ms\":41}";
    private const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private static readonly string[] s_ofTheWire = ["Date", "Transfer-Encoding", "Content-Length"];

    [Theory]
    [InlineData(Good, Json, 200)]
    [InlineData("{\"events\":[5," + Good + ",{\"provider\":\"polygon\"}]}", Json, 200)]
    [InlineData(Good + "\nno json\n" + Good, "application/x-ndjson", 200)]
    [InlineData("{\"events\":[]}", Json, 200)]
    [InlineData("{\"events\":[", Json, 400)]
    [InlineData("{\"events\":5}", Json, 400)]
    [InlineData(Good, "text/plain", 415)]
    public async Task BothWays_AnswerTheSame_HeadersToo(string body, string type, int due)
    {
        await using var api = await StartAsync();
        await AssertBothWaysAsync(api, body, type, due);
    }

    [Fact]
    public async Task Full_BothWaysAnswerTheSame()
    {
        await using var api = await StartAsync(api => api.Cluster.Ingest.Full = true);
        await AssertBothWaysAsync(api, Good, Json, 429);
    }

    [Fact]
    public async Task StoreLost_BothWaysAnswerTheSame_AndSayNothingOfTheCause()
    {
        await using var api = await StartAsync(api => api.Cluster.Ingest.Failing = new TimeoutException("of the cluster"));
        Assert.DoesNotContain("of the cluster", await AssertBothWaysAsync(api, Good, Json, 503), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TooMany_BothWaysAnswerTheSame()
    {
        await using var api = await StartAsync();
        await AssertBothWaysAsync(api, "{\"events\":[" + string.Join(',', Enumerable.Repeat("1", 20_000)) + "]}", Json, 413);
    }

    [Fact]
    public async Task TokenTakenBack_Is401_AtTheNextCall()
    {
        await using var api = await StartAsync();
        using var before = await PostAsync(api, Short, Good, Json, TestApi.Runner);
        api.Secrets.Set("CONTROLPLANE_RUNNER_TOKEN", "another-runner-token-0123456789");
        using var after = await PostAsync(api, Short, Good, Json, TestApi.Runner);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (before.StatusCode, after.StatusCode));
        Assert.Single(api.Cluster.Ingest.Events);
    }

    [Theory]
    [InlineData(TestApi.Runner, 200, "")]
    [InlineData(TestApi.Operator, 200, "")]
    [InlineData(TestApi.Viewer, 403, "FORBIDDEN")]
    [InlineData("a-token-that-nobody-here-knows-of", 401, "UNAUTHENTICATED")]
    [InlineData(null, 401, "UNAUTHENTICATED")]
    public async Task Token_IsJudgedAsOnTheLongWay(string? token, int due, string code)
    {
        await using var api = await StartAsync();
        foreach (var path in new[] { Short, Long })
        {
            using var answer = await PostAsync(api, path, Good, Json, token);
            Assert.Equal((due, due == 200 && path == Short), ((int)answer.StatusCode, answer.IsSuccessStatusCode && TestApi.WentTheShortWay(answer)));
            if (due != 200) await AccessMatrixTests.AssertProblem(answer, due, code);
        }

        Assert.Equal(due == 200 ? 2 : 0, api.Cluster.Ingest.Events.Count);
    }

    [Fact]
    public async Task Cookie_GoesTheLongWay()
    {
        await using var api = await StartAsync();
        using var answer = await api.PostAsync(Short, new StringContent(Good, Encoding.UTF8, Json), TestApi.Runner, ("Cookie", "other=1"));
        Assert.Equal((HttpStatusCode.OK, false), (answer.StatusCode, TestApi.WentTheShortWay(answer)));
    }

    [Fact]
    public async Task BodyOfUnknownLength_GoesTheLongWay()
    {
        await using var api = await StartAsync();
        using var answer = await api.PostAsync(
            Short, new StringContent(Good, Encoding.UTF8, Json), TestApi.Runner, ("Transfer-Encoding", "chunked"));
        Assert.Equal((HttpStatusCode.OK, false), (answer.StatusCode, TestApi.WentTheShortWay(answer)));
    }

    /// <summary>As in the product, where nobody asks for an activity of each request unless traces are sent.</summary>
    private static Task<TestApi> StartAsync(Action<TestApi>? arrange = null) =>
        TestApi.StartAsync(arrange, before: null, ("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "None"));

    private static Task<HttpResponseMessage> PostAsync(TestApi api, string path, string body, string type, string? token) =>
        api.PostAsync(path, new StringContent(body, Encoding.UTF8, type), token, ("traceparent", Trace));

    private static async Task<string> AssertBothWaysAsync(TestApi api, string body, string type, int due)
    {
        using var quick = await PostAsync(api, Short, body, type, TestApi.Runner);
        using var slow = await PostAsync(api, Long, body, type, TestApi.Runner);
        var text = await TextAsync(quick);
        Assert.Equal((due, due), ((int)quick.StatusCode, (int)slow.StatusCode));
        Assert.Equal((due == 200, false), (due == 200 && TestApi.WentTheShortWay(quick), due == 200 && TestApi.WentTheShortWay(slow)));
        Assert.Contains("4bf92f3577b34da6a3ce929d0e0e4736", text, StringComparison.Ordinal);
        Assert.Equal(await TextAsync(slow), text);
        Assert.Equal(Headers(slow), Headers(quick));
        return text;
    }

    private static Task<string> TextAsync(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private static string[] Headers(HttpResponseMessage answer) =>
        [.. answer.Headers.Concat(answer.Content.Headers).Where(h => !s_ofTheWire.Contains(h.Key)).Select(h => $"{h.Key}: {string.Join(", ", h.Value)}").Order(StringComparer.Ordinal)];
}
