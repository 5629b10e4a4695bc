using ControlPlane.Abstractions;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;

namespace ControlPlane.Api.Tests.Integrations;

public sealed class TestCallTests
{
    [Fact]
    public async Task TestCall_AnswersWithItsEventAndIsAudited()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.PostAsync("/api/integrations/polygon/test-call", body: null);
        var body = await TestApi.JsonAsync(answer);
        Assert.Equal(["event_id", "http_status", "latency_ms", "status", "trace_id"], body.Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal(("ok", 200, 41), (body["status"]!.GetValue<string>(), body["http_status"]!.GetValue<int>(), body["latency_ms"]!.GetValue<int>()));
        Assert.Equal(answer.Headers.GetValues("X-Trace-Id").Single(), body["trace_id"]!.GetValue<string>());
        var fact = Assert.Single(api.Cluster.Audit.Facts);
        Assert.Equal(("integration.test_call", "integration/polygon", "done"), (fact.Action, fact.Target, fact.Outcome));
    }

    [Theory]
    [InlineData(TestCallRefusal.NotConfigured, 409, "INTEGRATION_KEY_MISSING")]
    [InlineData(TestCallRefusal.NotSupported, 409, "INVALID_REQUEST")]
    [InlineData(TestCallRefusal.Unknown, 404, "UNKNOWN_PROVIDER")]
    [InlineData(TestCallRefusal.TooSoon, 429, "RATE_LIMITED")]
    [InlineData(TestCallRefusal.NotMade, 409, "INTEGRATION_VERIFY_FAILED")]
    [InlineData(TestCallRefusal.NotRecorded, 503, "DATA_UNAVAILABLE")]
    public async Task TestCall_Refused_IsAProblem(TestCallRefusal refusal, int status, string code)
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.TestCall = TestCallReport.Refused(refusal, 30, ["POLYGON_API_KEY"]));
        using var answer = await api.PostAsync("/api/integrations/polygon/test-call", body: null);
        await AccessMatrixTests.AssertProblem(answer, status, code);
        Assert.Equal(refusal == TestCallRefusal.TooSoon ? TimeSpan.FromSeconds(30) : null, answer.Headers.RetryAfter?.Delta);
    }

    [Theory]
    [InlineData(TestApi.Operator, 404)]
    [InlineData(TestApi.Runner, 403)]
    [InlineData(TestApi.Viewer, 403)]
    public async Task TestCall_IsForOperatorsAndKnownProviders(string token, int status)
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.PostAsync("/api/integrations/nosuch/test-call", body: null, token);
        await AccessMatrixTests.AssertProblem(answer, status, status == 404 ? "UNKNOWN_PROVIDER" : "FORBIDDEN");
    }
}
