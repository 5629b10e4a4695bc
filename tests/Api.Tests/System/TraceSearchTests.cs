using ControlPlane.Abstractions;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;

namespace ControlPlane.Api.Tests.SystemControl;

public sealed class TraceSearchTests
{
    private static readonly string s_trace = new('a', 32);

    [Fact]
    public async Task Trace_IsTold_AndTheAuditLogToAnOperatorAlone()
    {
        await using var api = await TestApi.StartAsync(api => api.Stores.Traced =
        [
            new TraceRecord(TraceKinds.Audit, FakeNodeGate.Heard, null, null, "1", "kill.engage", "system, by operator", "done"),
            new TraceRecord(TraceKinds.UsageEvent, FakeNodeGate.Heard, "polygon", "momentum", "e1", "GET /v3/quotes", null, "ok"),
        ]);
        var all = await api.GetJsonAsync($"/api/traces/{s_trace.ToUpperInvariant()}", TestApi.Operator);
        Assert.Equal(["audit", "usage_event"], all["items"]!.AsArray().Select(row => row!["kind"]!.GetValue<string>()));
        using var answer = await api.SendAsync(HttpMethod.Get, $"/api/traces/{s_trace}", TestApi.Viewer);
        var seen = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("usage_event", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("audit", seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/traces/4bf92f35", 400, "INVALID_REQUEST")]
    [InlineData("/api/traces/gggggggggggggggggggggggggggggggg", 400, "INVALID_REQUEST")]
    [InlineData("/api/traces/4bf92f3577b34da6a3ce929d0e0e4736?limit=501", 400, "INVALID_REQUEST")]
    public async Task WhatIsNoTrace_IsRefused(string path, int status, string code)
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.SendAsync(HttpMethod.Get, path, TestApi.Viewer);
        await AccessMatrixTests.AssertProblem(answer, status, code);
    }

    [Fact]
    public async Task UnreadableStore_IsNoEmptyAnswer()
    {
        await using var api = await TestApi.StartAsync(api => api.Stores.Broken = true);
        using var answer = await api.SendAsync(HttpMethod.Get, $"/api/traces/{s_trace}", TestApi.Viewer);
        await AccessMatrixTests.AssertProblem(answer, 503, "DATA_UNAVAILABLE");
    }
}
