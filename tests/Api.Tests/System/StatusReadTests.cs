using System.Net;
using ControlPlane.Abstractions;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;

namespace ControlPlane.Api.Tests.System;

/// <summary>Asked twice within a moment a status comes from what was written for the first, and never from before a change.</summary>
public sealed class StatusReadTests
{
    private const string System = "/api/system/status";
    private const string Integrations = "/api/integrations/status";

    [Theory]
    [InlineData(System)]
    [InlineData(Integrations)]
    public async Task EachAnswer_HasATraceIdOfItsOwn_InHeaderAndBody(string path)
    {
        await using var api = await TestApi.StartAsync(Arrange);
        var seen = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            using var answer = await api.GetAsync(path);
            var trace = answer.Headers.GetValues("X-Trace-Id").Single();
            Assert.Matches("^[0-9a-f]{32}$", trace);
            Assert.Equal(trace, (await TestApi.JsonAsync(answer))["trace_id"]!.GetValue<string>());
            Assert.True(seen.Add(trace));
        }
    }

    [Theory]
    [InlineData(System)]
    [InlineData(Integrations)]
    public async Task NoGoodToken_Is401_AlsoWhileAnAnswerIsAtHand(string path)
    {
        await using var api = await TestApi.StartAsync(Arrange);
        using var known = await api.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        foreach (var token in new[] { null, "a-token-that-nobody-here-knows-of" })
        {
            using var answer = await api.GetAsync(path, token);
            await AccessMatrixTests.AssertProblem(answer, 401, "UNAUTHENTICATED");
        }
    }

    [Fact]
    public async Task Flip_IsInTheNextAnswer_WithCountsFromAfterIt()
    {
        await using var api = await TestApi.StartAsync(Arrange);
        Assert.Equal(1, (await api.GetJsonAsync(System))["bots"]!["total"]!.GetValue<int>());
        api.Cluster.Bots["b2"] = new BotView { BotId = "b2", Spec = api.Cluster.Bots["b1"].Spec };
        api.Gate.Hear(FakeNodeGate.Blocked(413));
        var status = await api.GetJsonAsync(System);
        Assert.Equal(("BLOCKED", 413L, 2), (status["system_status"]!.GetValue<string>(), status["version"]!.GetValue<long>(), status["bots"]!["total"]!.GetValue<int>()));
    }

    [Fact]
    public async Task LeaseRunOut_IsClosedInTheNextAnswer_ThoughNobodySaidSo()
    {
        await using var api = await TestApi.StartAsync(Arrange);
        await api.GetJsonAsync(System);
        api.Gate.RunOut();
        var status = await api.GetJsonAsync(System);
        Assert.Equal(("BLOCKED", 0L, false), (status["system_status"]!.GetValue<string>(), status["valid_for_ms"]!.GetValue<long>(), status["autonomy_allowed"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task Promise_IsNeverMoreThanWhatIsLeft()
    {
        await using var api = await TestApi.StartAsync(Arrange);
        Assert.Equal(2_870, (await api.GetJsonAsync(System))["valid_for_ms"]!.GetValue<long>());
        for (var left = 2_869; left > 2_700; left -= 7)
        {
            api.Gate.Left(left);
            Assert.InRange((await api.GetJsonAsync(System))["valid_for_ms"]!.GetValue<long>(), left - 100, left);
        }
    }

    [Fact]
    public async Task Write_IsSeenByTheNextRead()
    {
        await using var api = await TestApi.StartAsync(Arrange);
        Assert.Equal(1, (await api.GetJsonAsync(System))["bots"]!["total"]!.GetValue<int>());
        using var registered = await api.SendAsync(HttpMethod.Put, "/api/bots/b2", TestApi.Operator, new { name = "Two" });
        Assert.Equal(HttpStatusCode.OK, registered.StatusCode);
        Assert.Equal(2, (await api.GetJsonAsync(System))["bots"]!["total"]!.GetValue<int>());

        Assert.Equal("CONNECTED", await StateAsync(api));
        api.Cluster.Verify = id =>
        {
            api.Cluster.Providers[id] = api.Cluster.Providers[id] with { State = ProviderState.ConfiguredNotConnected };
            return new VerifyAnswer(VerifyRefusal.None, new VerifyReport { Provider = id, Status = VerifyStatus.Invalid, Message = "Refused.", TraceId = new string('b', 32) }, []);
        };
        using var verified = await api.PostAsync("/api/integrations/verify", new { provider = "polygon" });
        Assert.Equal("CONFIGURED_NOT_CONNECTED", await StateAsync(api));
    }

    [Fact]
    public async Task Unreachable_NoOldTableIsShown()
    {
        await using var api = await TestApi.StartAsync(Arrange);
        await api.GetJsonAsync(Integrations);
        api.Cluster.Unreachable = new TimeoutException();
        api.Time.Advance(TimeSpan.FromMilliseconds(150));
        using var table = await api.GetAsync(Integrations);
        await AccessMatrixTests.AssertProblem(table, 503, "CONTROL_PLANE_UNREACHABLE");
        var status = await api.GetJsonAsync(System);
        Assert.Null(status["bots"]!["total"]);
        Assert.Equal(["tier_counts", "bots"], status["unavailable"]!.AsArray().Select(row => row!["field"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Tag_Known_Is304_UntilTheTableSaysSomethingElse()
    {
        await using var api = await TestApi.StartAsync(Arrange);
        using var first = await api.GetAsync(Integrations);
        var tag = first.Headers.ETag!.ToString();
        Assert.StartsWith("W/\"", tag, StringComparison.Ordinal);
        foreach (var known in new[] { tag, tag[2..], $"\"other\", {tag}", "*" })
        {
            using var same = await Ask(known);
            Assert.Equal((HttpStatusCode.NotModified, tag, ""), (same.StatusCode, same.Headers.ETag!.ToString(), await Text(same)));
            Assert.Matches("^[0-9a-f]{32}$", same.Headers.GetValues("X-Trace-Id").Single());
        }

        foreach (var other in new[] { "W/\"other\"", "nonsense", "" })
        {
            using var whole = await Ask(other);
            Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
        }

        // Another moment alone is not another table; another figure is.
        api.Time.Advance(TimeSpan.FromSeconds(1));
        using var later = await Ask(tag);
        Assert.Equal(HttpStatusCode.NotModified, later.StatusCode);
        api.Cluster.Providers["polygon"] = api.Cluster.Providers["polygon"] with { Usage = new UsageFigures(1, 0, null, 0, null, null) };
        api.Time.Advance(TimeSpan.FromSeconds(1));
        using var changed = await Ask(tag);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.NotEqual(tag, changed.Headers.ETag!.ToString());

        Task<HttpResponseMessage> Ask(string known) => api.GetAsync(Integrations, TestApi.Viewer, ("If-None-Match", known));
    }

    [Fact]
    public async Task SystemStatus_HasNo304()
    {
        await using var api = await TestApi.StartAsync(Arrange);
        using var answer = await api.GetAsync(System, TestApi.Viewer, ("If-None-Match", "*"));
        Assert.Equal((HttpStatusCode.OK, null), (answer.StatusCode, answer.Headers.ETag));
    }

    private static async Task<string> StateAsync(TestApi api) =>
        (await api.GetJsonAsync(Integrations))["integrations"]!.AsArray().Single(row => row!["provider"]!.GetValue<string>() == "polygon")!["state"]!.GetValue<string>();

    private static void Arrange(TestApi api)
    {
        api.Cluster.Bots["b1"] = new BotView { BotId = "b1", Spec = new BotSpec("One", "u", [], TradingMode.Paper, global::System.Collections.Immutable.ImmutableSortedDictionary<string, decimal>.Empty) };
        api.Cluster.Providers["polygon"] = new ProviderStatus
        {
            Provider = "polygon", Name = "Polygon.io", Category = "market_data", Gate = GateNames.DataFeeds, State = ProviderState.Connected, SupportsVerify = true,
            Usage = new UsageFigures(0, 0, null, 0, null, null),
        };
    }

    private static Task<string> Text(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
