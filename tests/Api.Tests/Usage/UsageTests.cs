using System.Net;
using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;

namespace ControlPlane.Api.Tests.Usage;

public sealed class UsageTests(SharedApi shared) : IClassFixture<SharedApi>
{
    private const string Good = "{\"provider\":\"polygon\",\"operation\":\"GET /v3/quotes?apiKey=canary\",\"status\":\"ok\",\"http_status\":200,\"latency_ms\":41.6}";

    [Fact]
    public async Task Ingest_OneEvent_IsTakenAndCutAtTheQuestionMark()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await Post(api, Good);
        Assert.Equal(1, (await TestApi.JsonAsync(answer))["accepted"]!.GetValue<int>());
        var usage = Assert.Single(api.Cluster.Ingest.Events);
        Assert.Equal(("GET /v3/quotes", 42, api.Time.GetUtcNow()), (usage.Operation, usage.LatencyMs, usage.OccurredAt));
        Assert.Equal(7, usage.EventId.Version);
    }

    [Fact]
    public async Task Ingest_Batch_RejectsBadEventsOneByOneInTheirPlaces()
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.Ingest.Rejects = [new UsageRejection(1, Codes.UnknownProvider, "Unknown.")]);
        using var answer = await Post(api, $"{{\"events\":[5,{Good},{{\"provider\":\"polygon\"}},{Good},{Good}]}}");
        var body = await TestApi.JsonAsync(answer);
        Assert.Equal(2, body["accepted"]!.GetValue<int>());
        Assert.Equal(
            [(0, "INVALID_REQUEST"), (2, "INVALID_REQUEST"), (3, "UNKNOWN_PROVIDER")],
            body["rejected"]!.AsArray().Select(row => (row!["index"]!.GetValue<int>(), row["code"]!.GetValue<string>())));
    }

    [Fact]
    public async Task Ingest_Lines_RejectsALineThatIsNotJson()
    {
        var api = shared.Api;
        using var answer = await Post(api, $"{Good}\n\nnot json\r\n{Good}", "application/x-ndjson");
        var body = await TestApi.JsonAsync(answer);
        Assert.Equal(2, body["accepted"]!.GetValue<int>());
        Assert.Equal(1, Assert.Single(body["rejected"]!.AsArray())!["index"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("\"event_id\":\"no-uuid\"")]
    [InlineData("\"occurred_at\":\"2026-11-22T20:00:00\"")]
    [InlineData("\"user_id\":\"a\\nb\"")]
    [InlineData("\"bot_id\":\"a\\u2028b\"")]
    [InlineData("\"user_id\":\"\\ud800\"")]
    [InlineData("\"http_status\":99")]
    [InlineData("\"http_status\":200.5")]
    [InlineData("\"latency_ms\":-1")]
    [InlineData("\"latency_ms\":1e999")]
    [InlineData("\"latency_ms\":\"41\"")]
    [InlineData("\"trace_id\":\"xyz\"")]
    [InlineData("\"error_code\":{\"a\":[1,2]}")]
    [InlineData("\"user_id\":\"a\",\"user_id\":\"b\"")]
    public async Task Ingest_FieldOfTheWrongForm_RejectsTheEventWithoutQuotingIt(string field)
    {
        var api = shared.Api;
        using var answer = await Post(api, $"{{\"events\":[{Good[..^1]},{field}}},{Good}]}}");
        var body = await TestApi.JsonAsync(answer);
        Assert.Equal(1, body["accepted"]!.GetValue<int>());
        Assert.Equal("INVALID_REQUEST", Assert.Single(body["rejected"]!.AsArray())!["code"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"events\":5}")]
    [InlineData("{\"events\":[")]
    [InlineData("{\"events\":[]} x")]
    [InlineData("{\"events\":[{\"latency_ms\":NaN}]}")]
    public async Task Ingest_Malformed_Is400(string body)
    {
        var api = shared.Api;
        using var answer = await Post(api, body);
        await AccessMatrixTests.AssertProblem(answer, 400, "INVALID_REQUEST");
    }

    [Fact]
    public async Task Ingest_MoreThanTenThousand_Is413AndTenThousandAreTaken()
    {
        var api = shared.Api;
        using var many = await Post(api, "{\"events\":[" + string.Join(',', Enumerable.Repeat("1", 4_000_000)) + "]}");
        await AccessMatrixTests.AssertProblem(many, 413, "INVALID_REQUEST");
        using var most = await Post(api, string.Join('\n', Enumerable.Repeat(Good, 10_000)), "application/x-ndjson");
        Assert.Equal(10_000, (await TestApi.JsonAsync(most))["accepted"]!.GetValue<int>());
    }

    [Fact]
    public async Task Ingest_Full_Is429WithRetryAfter()
    {
        await using var api = await TestApi.StartAsync(api => api.Cluster.Ingest.Full = true);
        using var answer = await Post(api, Good);
        await AccessMatrixTests.AssertProblem(answer, 429, "RATE_LIMITED");
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    private static Task<HttpResponseMessage> Post(TestApi api, string body, string type = "application/json") =>
        api.PostAsync("/api/usage-events", new StringContent(body, Encoding.UTF8, type), TestApi.Runner);
}
