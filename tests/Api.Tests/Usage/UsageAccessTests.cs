using System.Net;
using System.Text;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;

namespace ControlPlane.Api.Tests.Usage;

/// <summary>Who may post usage events, in which form of request.</summary>
public sealed class UsageAccessTests
{
    private const string Path = "/api/usage-events";
    private const string Json = "application/json";
    private const string Good = "{\"provider\":\"polygon\",\"operation\":\"GET /v3/quotes\",\"status\":\"ok\",\"http_status\":200,\"latency_ms\":41}";
    private const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Fact]
    public async Task TokenTakenBack_Is401_AtTheNextCall()
    {
        await using var api = await StartAsync();
        using var before = await PostAsync(api, Path, Good, Json, TestApi.Runner);
        api.Secrets.Set("CONTROLPLANE_RUNNER_TOKEN", "another-runner-token-0123456789");
        using var after = await PostAsync(api, Path, Good, Json, TestApi.Runner);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (before.StatusCode, after.StatusCode));
        Assert.Single(api.Cluster.Ingest.Events);
    }

    [Theory]
    [InlineData(TestApi.Runner, 200, "")]
    [InlineData(TestApi.Operator, 200, "")]
    [InlineData(TestApi.Viewer, 403, "FORBIDDEN")]
    [InlineData("a-token-that-nobody-here-knows-of", 401, "UNAUTHENTICATED")]
    [InlineData(null, 401, "UNAUTHENTICATED")]
    public async Task Token_IsEvaluatedByItsRole(string? token, int due, string code)
    {
        await using var api = await StartAsync();
        using var answer = await PostAsync(api, Path, Good, Json, token);
        Assert.Equal(due, (int)answer.StatusCode);
        if (due != 200) await AccessMatrixTests.AssertProblem(answer, due, code);
        Assert.Equal(due == 200 ? 1 : 0, api.Cluster.Ingest.Events.Count);
    }

    [Theory]
    [InlineData("Cookie", "other=1")]
    [InlineData("Transfer-Encoding", "chunked")]
    public async Task OtherForms_AreTakenToo(string header, string value)
    {
        await using var api = await StartAsync();
        using var answer = await api.PostAsync(Path, new StringContent(Good, Encoding.UTF8, Json), TestApi.Runner, (header, value));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Single(api.Cluster.Ingest.Events);
    }

    [Fact]
    public async Task StoreLost_SaysNothingOfTheCause()
    {
        await using var api = await StartAsync(api => api.Cluster.Ingest.Failing = new TimeoutException("of the cluster"));
        using var answer = await PostAsync(api, Path, Good, Json, TestApi.Runner);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(503, (int)answer.StatusCode);
        Assert.DoesNotContain("of the cluster", text, StringComparison.Ordinal);
        Assert.Contains("4bf92f3577b34da6a3ce929d0e0e4736", text, StringComparison.Ordinal);
    }

    /// <summary>As in the product, where nobody asks for an activity of each request unless traces are sent.</summary>
    private static Task<TestApi> StartAsync(Action<TestApi>? arrange = null) =>
        TestApi.StartAsync(arrange, before: null, ("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "None"));

    private static Task<HttpResponseMessage> PostAsync(TestApi api, string path, string body, string type, string? token) =>
        api.PostAsync(path, new StringContent(body, Encoding.UTF8, type), token, ("traceparent", Trace));
}
