using System.Net;
using ControlPlane.Abstractions;
using ControlPlane.Api.Integrations;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;

namespace ControlPlane.Api.Tests.Integrations;

public sealed class IntegrationTests(SharedApi shared) : IClassFixture<SharedApi>
{
    private static readonly string[] s_rowFields =
    [
        "provider", "name", "category", "gate", "required", "state", "configured", "connected", "supports_verify", "missing_env_vars",
        "last_verified_at", "last_verify_status", "last_verify_trace_id", "verify_fresh_until", "next_verify_at", "capabilities", "environment", "verified_host", "clock_skew_s",
        "expires_at", "last_used_at", "last_used_by_bot_id",
        "proof_of_use_count_24h", "error_count_24h", "error_rate_15m", "hosts", "unavailable", "reasons",
    ];

    [Fact]
    public async Task Status_Row_HasTheNamesOfTheContract()
    {
        await using var api = await TestApi.StartAsync(api => Add(api, new UsageFigures(0, 0, null, 0, null, null)));
        var body = await api.GetJsonAsync("/api/integrations/status");
        var row = body["integrations"]![0]!.AsObject();
        Assert.Equal(s_rowFields.Order(), row.Select(field => field.Key).Order());
        Assert.Equal(("CONNECTED", 0L), (row["state"]!.GetValue<string>(), row["proof_of_use_count_24h"]!.GetValue<long>()));
        Assert.Equal("valid_limited", row["last_verify_status"]!.GetValue<string>());
        Assert.Null(row["last_used_at"]);
        Assert.Empty(row["unavailable"]!.AsArray());
        Assert.Empty(body["unavailable"]!.AsArray());
        Assert.Single(body["integrations"]!.AsArray());
    }

    [Fact]
    public async Task Status_UsageUnreadable_IsNullAndNamed()
    {
        await using var api = await TestApi.StartAsync(api => Add(api, usage: null));
        var body = await api.GetJsonAsync("/api/integrations/status");
        var row = body["integrations"]![0]!;
        Assert.Null(row["proof_of_use_count_24h"]);
        Assert.Single(body["unavailable"]!.AsArray(), field => field!["field"]!.GetValue<string>() == "proof_of_use_count_24h");
        Assert.Contains(row["unavailable"]!.AsArray(), field => field!["field"]!.GetValue<string>() == "proof_of_use_count_24h");
    }

    [Fact]
    public async Task Status_NoProviderAnswers_Is503()
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.Unreachable = new TimeoutException());
        using var answer = await api.GetAsync("/api/integrations/status");
        await AccessMatrixTests.AssertProblem(answer, 503, "CONTROL_PLANE_UNREACHABLE");
    }

    [Fact]
    public async Task Detail_FillsTwentyFourHoursAndNamesWhatItCouldNotRead()
    {
        await using var api = await TestApi.StartAsync(api => Add(api, usage: null));
        var detail = await api.GetJsonAsync("/api/integrations/polygon");
        Assert.Equal(24, detail["usage_24h"]!.AsArray().Count);
        Assert.Equal("2026-11-22T19:00:01.123Z", detail["usage_24h"]![23]!["start"]!.GetValue<string>());
        Assert.True(detail["usage_24h"]![0]!.AsObject().ContainsKey("p95_ms"));
        Assert.Null(detail["verify_history"]);
        Assert.Contains(detail["unavailable"]!.AsArray(), field => field!["field"]!.GetValue<string>() == "verify_history");
        Assert.Empty(detail["required_by_bots"]!.AsArray());
    }

    [Fact]
    public void Fill_PutsEachHourIntoItsBucket_AndLeavesOutWhatIsAhead()
    {
        var from = new DateTimeOffset(2026, 11, 21, 20, 0, 1, TimeSpan.Zero);
        var rows = IntegrationDetailMapping.Fill(
            [new UsageHour(from, 5, 1, 10, 20), new UsageHour(from.AddHours(23), 7, 0, 30, 40), new UsageHour(from.AddHours(24), 9, 9, 1, 1)], from);
        Assert.Equal((from, 5L, 1L, 10, 20), (rows[0].Start, rows[0].Ok, rows[0].Failed, rows[0].P50Ms!.Value, rows[0].P95Ms!.Value));
        Assert.Equal((from.AddHours(23), 7L), (rows[23].Start, rows[23].Ok));
        Assert.Equal(13, rows.Sum(row => row.Ok + row.Failed));
        Assert.Null(rows[1].P50Ms);
    }

    [Theory]
    [InlineData("GET", "/api/integrations/nosuch")]
    [InlineData("GET", "/api/integrations/nosuch/events")]
    [InlineData("GET", "/api/integrations/nosuch/verifications")]
    [InlineData("POST", "/api/integrations/nosuch/secrets/check")]
    public async Task UnknownProvider_Is404(string method, string path)
    {
        var api = shared.Api;
        using var answer = await api.SendAsync(new HttpMethod(method), path, TestApi.Operator, method == "POST" ? new { values = new { A = "b" } } : null);
        await AccessMatrixTests.AssertProblem(answer, 404, "UNKNOWN_PROVIDER");
    }

    [Fact]
    public async Task Events_StatusFailed_ReadsFailedOnesAlone_AndNoOtherStatusIsTaken()
    {
        await using var api = await TestApi.StartAsync();
        api.Stores.FailedUsage = [new(Guid.NewGuid(), DateTimeOffset.UtcNow, "u1", "b1", "polygon", "GET /v3/quotes", UsageStatus.Timeout, 504, 41, null, "TIMEOUT")];
        using var all = await api.GetAsync("/api/integrations/polygon/events");
        Assert.Empty((await TestApi.JsonAsync(all))["items"]!.AsArray());
        using var failed = await api.GetAsync("/api/integrations/polygon/events?status=failed&limit=5");
        Assert.Equal("timeout", Assert.Single((await TestApi.JsonAsync(failed))["items"]!.AsArray())!["status"]!.GetValue<string>());
        foreach (var query in new[] { "status=ok", "status=", "status=failed&before=forged", "status=failed&limit=0" })
        {
            using var wrong = await api.GetAsync($"/api/integrations/polygon/events?{query}");
            await AccessMatrixTests.AssertProblem(wrong, 400, "INVALID_REQUEST");
        }
    }

    [Fact]
    public async Task Verify_AnswersWithTheTraceOfTheRequest()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.PostAsync("/api/integrations/verify", new { provider = "polygon" });
        var body = await TestApi.JsonAsync(answer);
        Assert.Equal(("valid", "CONNECTED", true), (body["status"]!.GetValue<string>(), body["state"]!.GetValue<string>(), body["connected"]!.GetValue<bool>()));
        Assert.Equal(answer.Headers.GetValues("X-Trace-Id").Single(), body["trace_id"]!.GetValue<string>());
        var fact = Assert.Single(api.Cluster.Audit.Facts);
        Assert.Equal(("integration.verify", "done"), (fact.Action, fact.Outcome));
    }

    [Fact]
    public async Task Verify_All_LeavesOutWhatIsNotConfigured()
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.Verify = id => id == "tradovate"
            ? new VerifyAnswer(VerifyRefusal.NotConfigured, null, ["TRADOVATE_API_KEY"])
            : new VerifyAnswer(VerifyRefusal.None, new VerifyReport { Provider = id, Status = VerifyStatus.Inconclusive, Message = "Timed out.", TraceId = new string('b', 32) }, []));
        using var answer = await api.PostAsync("/api/integrations/verify", new { provider = "*" });
        var result = Assert.Single((await TestApi.JsonAsync(answer))["results"]!.AsArray());
        Assert.Equal(("polygon", "inconclusive"), (result!["provider"]!.GetValue<string>(), result["status"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData(VerifyRefusal.NotConfigured, 409, "INTEGRATION_KEY_MISSING")]
    [InlineData(VerifyRefusal.NotSupported, 409, "INVALID_REQUEST")]
    [InlineData(VerifyRefusal.Unknown, 404, "UNKNOWN_PROVIDER")]
    public async Task Verify_Refused_IsAProblem(VerifyRefusal refusal, int status, string code)
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.Verify = _ => new VerifyAnswer(refusal, null, ["POLYGON_API_KEY"]));
        using var answer = await api.PostAsync("/api/integrations/verify", new { provider = "polygon" });
        await AccessMatrixTests.AssertProblem(answer, status, code);
    }

    [Fact]
    public async Task SecretsCheck_NeverEchoesOrLogsAValue()
    {
        await using var api = await TestApi.StartAsync();
        const string Value = " canary-secret-value-123 ";
        using var answer = await api.PostAsync("/api/integrations/polygon/secrets/check", new { values = new Dictionary<string, string> { ["POLYGON_API_KEY"] = Value, ["OTHER"] = "" } });
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var body = await TestApi.JsonAsync(answer);
        Assert.Equal(("POLYGON_API_KEY", true, "suspicious"), (body["results"]![0]!["name"]!.GetValue<string>(), body["results"]![0]!["known"]!.GetValue<bool>(), body["results"]![0]!["format"]!.GetValue<string>()));
        Assert.Equal((false, "blank"), (body["results"]![1]!["known"]!.GetValue<bool>(), body["results"]![1]!["format"]!.GetValue<string>()));
        Assert.False(body["stored"]!.GetValue<bool>());
        Assert.DoesNotContain("canary-secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain(api.Log.Lines, line => line.Contains("canary-secret", StringComparison.Ordinal));
        Assert.DoesNotContain(api.Cluster.Audit.Facts, fact => fact.Details.Values.Any(detail => detail.Contains("canary", StringComparison.Ordinal)));
    }

    private static void Add(TestApi api, UsageFigures? usage) => api.Cluster.Providers["polygon"] = new ProviderStatus
    {
        Provider = "polygon",
        Name = "Polygon.io",
        Category = "market_data",
        Gate = GateNames.DataFeeds,
        State = ProviderState.Connected,
        SupportsVerify = true,
        LastVerify = new LastVerify(FakeNodeGate.Heard, VerifyStatus.ValidLimited, new string('a', 32)),
        Usage = usage,
    };
}
