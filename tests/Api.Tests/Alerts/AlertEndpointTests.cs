using System.Net;
using ControlPlane.Abstractions;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;

namespace ControlPlane.Api.Tests.Alerts;

public sealed class AlertEndpointTests
{
    private const string Id = "0199c0ffee0070008000000000000001";
    private static readonly DateTimeOffset s_noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static AlertView View(DateTimeOffset? resolved = null) => new(
        new()
        {
            AlertId = Id,
            Kind = AlertKinds.RunnerLost,
            Severity = AlertSeverity.Page,
            Subject = "bot/momentum-es",
            Message = "The runner's lease ran out without a stop.",
            SuggestedFix = "Start the bot's runner.",
            Since = s_noon.AddSeconds(-30),
            OpenedAt = s_noon,
            ResolvedAt = resolved,
        },
        [Notice(AlertNoticeStatus.Delivered, null, 1), Notice(AlertNoticeStatus.Pending, "timeout", 3)]);

    private static AlertNotice Notice(AlertNoticeStatus status, string? code, int attempts) =>
        new(Guid.NewGuid(), Id, "phone", AlertEvent.Opened, s_noon, null, new string('a', 32)) { Status = status, ErrorCode = code, Attempts = attempts, LastAttemptAt = s_noon.AddSeconds(1) };

    [Fact]
    public async Task List_HasTheRowsOfTheContract()
    {
        await using var api = await TestApi.StartAsync();
        api.Cluster.Alerts.Alerts.Add(View());
        var answer = await api.GetJsonAsync("/api/alerts?state=open&limit=7");
        Assert.Equal((AlertFilter.Open, 7, null), api.Cluster.Alerts.Asked);
        var row = answer["items"]![0]!;
        Assert.Equal(
            $"{Id} runner_lost page bot/momentum-es 2026-11-22T12:00:00.000Z",
            $"{row["alert_id"]} {row["kind"]} {row["severity"]} {row["subject"]} {row["opened_at"]}");
        Assert.Null(row["resolved_at"]);
        Assert.Null(row["acknowledged_by"]);
        Assert.Equal("phone delivered  2026-11-22T12:00:01.000Z opened", $"{row["deliveries"]![0]!["channel"]} {row["deliveries"]![0]!["status"]} {row["deliveries"]![0]!["error_code"]} {row["deliveries"]![0]!["at"]} {row["deliveries"]![0]!["event"]}");
        Assert.Equal("timeout", row["deliveries"]![1]!["error_code"]!.GetValue<string>());
        Assert.Empty(answer["unavailable"]!.AsArray());
    }

    [Theory]
    [InlineData("?state=closed")]
    [InlineData("?limit=0")]
    [InlineData("?limit=501")]
    public async Task List_WrongQuery_IsRefused(string query)
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.GetAsync("/api/alerts" + query);
        await AccessMatrixTests.AssertProblem(answer, 400, "INVALID_REQUEST");
    }

    [Theory]
    [InlineData(HistoryOutcome.Unreadable, 503, "DATA_UNAVAILABLE")]
    [InlineData(HistoryOutcome.InvalidCursor, 400, "INVALID_REQUEST")]
    public async Task List_ThatCouldNotBeRead_IsNoEmptyList(HistoryOutcome outcome, int status, string code)
    {
        await using var api = await TestApi.StartAsync();
        api.Cluster.Alerts.Outcome = outcome;
        using var answer = await api.GetAsync("/api/alerts?before=abc");
        await AccessMatrixTests.AssertProblem(answer, status, code);
    }

    [Fact]
    public async Task Acknowledge_TakesAReason_AndAnswersTheRow()
    {
        await using var api = await TestApi.StartAsync();
        api.Cluster.Alerts.Alerts.Add(View());
        using var empty = await api.PostAsync($"/api/alerts/{Id}/ack", new { reason = " " });
        await AccessMatrixTests.AssertProblem(empty, 400, "INVALID_REQUEST");
        using var done = await api.PostAsync($"/api/alerts/{Id}/ack", new { reason = "on it" });
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Equal("operator", (await TestApi.JsonAsync(done))["alert"]!["acknowledged_by"]!.GetValue<string>());
        using var unknown = await api.PostAsync("/api/alerts/0199c0ffee0070008000000000000002/ack", new { reason = "on it" });
        await AccessMatrixTests.AssertProblem(unknown, 404, "INVALID_REQUEST");
        using var noId = await api.PostAsync("/api/alerts/nothing/ack", new { reason = "on it" });
        await AccessMatrixTests.AssertProblem(noId, 404, "INVALID_REQUEST");
    }

    [Fact]
    public async Task Test_SaysWhatCameOfIt()
    {
        await using var api = await TestApi.StartAsync();
        api.Cluster.Alerts.Tested = [Notice(AlertNoticeStatus.Delivered, null, 1)];
        using var done = await api.PostAsync("/api/alerts/test", new { channel = "phone" });
        Assert.True((await TestApi.JsonAsync(done))["delivered"]!.GetValue<bool>());
        api.Cluster.Alerts.Tested = [Notice(AlertNoticeStatus.Failed, "refused", 1)];
        using var failed = await api.PostAsync("/api/alerts/test", null);
        var body = await TestApi.JsonAsync(failed);
        Assert.Equal("False failed refused", $"{body["delivered"]!.GetValue<bool>()} {body["results"]![0]!["status"]} {body["results"]![0]!["error_code"]}");
        api.Cluster.Alerts.TestRefusal = Codes.InvalidRequest;
        using var unknown = await api.PostAsync("/api/alerts/test", new { channel = "pager" });
        await AccessMatrixTests.AssertProblem(unknown, 400, "INVALID_REQUEST");
    }

    [Fact]
    public async Task Channels_SayHowTheyStand()
    {
        await using var api = await TestApi.StartAsync();
        api.Cluster.Alerts.Channels = [new("phone", s_noon, "timeout", null), new("chat", null, null, s_noon)];
        var rows = (await api.GetJsonAsync("/api/alerts/channels"))["channels"]!.AsArray();
        Assert.Equal("phone timeout ", $"{rows[0]!["channel"]} {rows[0]!["error_code"]} {rows[0]!["proven_at"]}");
        Assert.Null(rows[1]!["failing_since"]);
    }
}
