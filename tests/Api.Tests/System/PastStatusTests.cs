using System.Net;
using ControlPlane.Abstractions;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;
using ControlPlane.Grains;
using ControlPlane.Grains.Gates.Policy;

namespace ControlPlane.Api.Tests.System;

public sealed class PastStatusTests
{
    private const string Moment = "2026-11-22T19:00:10Z";
    private static readonly DateTimeOffset s_decidedAt = new(2026, 11, 22, 19, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task StatusAt_WithinTheGatesPresence_IsTheRecordedDecision()
    {
        await using var api = await TestApi.StartAsync(Recorded(FakeNodeGate.Open(), until: 20));
        var status = await api.GetJsonAsync($"/api/system/status/at?t={Moment}");
        Assert.Equal(("OK", "ACTIVE", true), (status["system_status"]!.GetValue<string>(), status["trading_state"]!.GetValue<string>(), status["autonomy_allowed"]!.GetValue<bool>()));
        Assert.Equal(("2026-11-22T19:00:10Z", 7, 412), (status["as_of"]!.GetValue<string>().Replace(".000", ""), status["epoch"]!.GetValue<int>(), status["version"]!.GetValue<int>()));
        Assert.Equal((null, 0), (status["valid_until"], status["valid_for_ms"]!.GetValue<int>()));
        Assert.Equal("True", status["autonomy_gates"]!["brokerConnected"]!["status"]!.GetValue<string>());
        Assert.Null(status["autonomy_gates"]!["brokerConnected"]!["valid_until"]);
        Assert.Null(status["bots"]!["total"]);
        Assert.Equal(["tier_counts", "bots"], status["unavailable"]!.AsArray().Select(row => row!["field"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData(9.9, 7L)]
    [InlineData(20, 8L)]
    [InlineData(20, null)]
    public async Task StatusAt_WhenNoGateHeldALease_IsBlockedAndUnknown(double until, long? presenceEpoch)
    {
        await using var api = await TestApi.StartAsync(Recorded(FakeNodeGate.Open(), until, presenceEpoch));
        var status = await api.GetJsonAsync($"/api/system/status/at?t={Moment}");
        Assert.Equal(("BLOCKED", "HALTED", false), (status["system_status"]!.GetValue<string>(), status["trading_state"]!.GetValue<string>(), status["autonomy_allowed"]!.GetValue<bool>()));
        Assert.Equal("GATE_LEASE_EXPIRED", status["blockers"]![0]!["code"]!.GetValue<string>());
        Assert.All(status["autonomy_gates"]!.AsObject(), gate => Assert.Equal("Unknown", gate.Value!["status"]!.GetValue<string>()));
        Assert.Null(status["kill_switch"]!["engaged"]);
        Assert.Contains(status["unavailable"]!.AsArray(), row => row!["field"]!.GetValue<string>() == "kill_switch");
    }

    [Fact]
    public async Task StatusAt_BlockedDecisionWrittenAfterTheLastPresence_IsShown()
    {
        var blocked = FakeNodeGate.Open() with { Status = SystemStatus.Blocked, TradingState = TradingState.Halted, Kill = new(true, "stop", "operator", s_decidedAt, false) };
        await using var api = await TestApi.StartAsync(Recorded(blocked, until: -1));
        var status = await api.GetJsonAsync($"/api/system/status/at?t={Moment}");
        Assert.Equal(("BLOCKED", true), (status["system_status"]!.GetValue<string>(), status["kill_switch"]!["engaged"]!.GetValue<bool>()));
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("?t=yesterday", 400)]
    [InlineData("?t=2026-11-22T19:00:10", 400)]
    [InlineData("?t=2026-11-22T20:00:01Z", 400)]
    [InlineData("?t=2026-11-22T18:59:59Z", 404)]
    public async Task StatusAt_WrongMoment_SaysWhatIsWrong(string query, int expected)
    {
        await using var api = await TestApi.StartAsync(Recorded(FakeNodeGate.Open(), until: 20));
        using var answer = await api.GetAsync("/api/system/status/at" + query);
        await AccessMatrixTests.AssertProblem(answer, expected, "INVALID_REQUEST");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StatusAt_RecordUnreadable_Is503(bool broken)
    {
        await using var api = await TestApi.StartAsync(api =>
        {
            Recorded(FakeNodeGate.Open(), until: 20)(api);
            if (broken) api.Stores.Broken = true;
            else api.Stores.Transitions = [api.Stores.Transitions[0] with { Decision = "{\"Epoch\":1" }];
        });
        using var answer = await api.GetAsync($"/api/system/status/at?t={Moment}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        await AccessMatrixTests.AssertProblem(answer, 503, "DATA_UNAVAILABLE");
    }

    private static Action<TestApi> Recorded(GateSnapshot decision, double until, long? presenceEpoch = 7) => api =>
    {
        api.Stores.Transitions = [new GateTransition(s_decidedAt, decision.Epoch, decision.Version, "system", "BLOCKED", "OK", "OK", "Every gate holds.", null, null, PastDecisionPolicy.Write(decision))];
        if (presenceEpoch is { } epoch) api.Stores.Presence = new GatePresence(epoch, s_decidedAt.AddSeconds(-10), s_decidedAt.AddSeconds(until));
    };
}
