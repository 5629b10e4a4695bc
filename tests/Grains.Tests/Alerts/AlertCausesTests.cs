using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Alerts;
using ControlPlane.Grains.Alerts.Policy;

namespace ControlPlane.Grains.Tests.Alerts;

/// <summary>One alert a cause: what follows from it is none of its own.</summary>
public sealed class AlertCausesTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static GateSnapshot Gate(SystemStatus status, params Blocker[] blockers) => new()
    {
        Epoch = 1,
        Version = 1,
        Status = status,
        TradingState = status == SystemStatus.Blocked ? TradingState.Halted : TradingState.Active,
        Blockers = [.. blockers],
        DecidedAt = s_noon,
    };

    private static Blocker Blocker(string code, string? provider = null, Severity severity = Severity.Blocked, string? gate = null, string? bot = null) =>
        new(code, severity, bot is null ? "system" : "bot", gate, provider, bot, $"{code} {provider}{bot}", "Mend it.", s_noon, null);

    private static ProviderCondition Provider(string id, ProviderState state, string code) =>
        new(id, id, "market_data", state, [new Reason(code, Severity.Blocked, $"{id} refuses its key.", "Copy it again.", s_noon)], [], null);

    private static string[] Kinds(AlertFacts facts) => [.. AlertCauses.Of(facts, new()).Values.Select(c => $"{c.Kind} {c.Subject} {c.Severity}").Order(StringComparer.Ordinal)];

    private static AlertFacts Facts(GateSnapshot? gate, bool live = true) => new() { Gate = gate, GateLive = live, Bots = [], Losses = [], Keys = [], Now = s_noon };

    [Fact]
    public void Ok_HasNoCause() => Assert.Empty(Kinds(Facts(Gate(SystemStatus.Ok))));

    [Fact]
    public void DeadFeed_IsOneCauseHoweverManyBlockersItHas() => Assert.Equal(
        ["system_blocked system Page"],
        Kinds(Facts(Gate(SystemStatus.Blocked, Blocker(Codes.IntegrationVerifyInconclusive, "polygon", gate: "dataFeedsHealthy"), Blocker(Codes.IntegrationNeverVerified, "databento", gate: "dataFeedsHealthy")))));

    [Fact]
    public void Kill_ExplainsTheBlock()
    {
        var gate = Gate(SystemStatus.Blocked, Blocker(Codes.KillSwitchEngaged)) with { Kill = new(true, "drill", "operator", s_noon, true) };
        Assert.Equal(["kill_engaged system Page"], Kinds(Facts(gate)));
    }

    [Fact]
    public void Kill_AnotherOne_IsAnotherCause()
    {
        var first = AlertCauses.Of(Facts(Gate(SystemStatus.Blocked, Blocker(Codes.KillSwitchEngaged)) with { Kill = new(true, "a", "o", s_noon, true) }), new());
        var second = AlertCauses.Of(Facts(Gate(SystemStatus.Blocked, Blocker(Codes.KillSwitchEngaged)) with { Kill = new(true, "b", "o", s_noon.AddMinutes(1), true) }), new());
        Assert.Empty(first.Keys.Intersect(second.Keys));
    }

    [Fact]
    public void RevokedKey_ExplainsTheBlock()
    {
        var gate = Gate(SystemStatus.Blocked, Blocker(Codes.IntegrationVerifyFailed, "polygon", gate: "dataFeedsHealthy"))
            with { Providers = ImmutableDictionary<string, ProviderCondition>.Empty.Add("polygon", Provider("polygon", ProviderState.ConfiguredNotConnected, Codes.IntegrationVerifyFailed)) };
        Assert.Equal(["key_refused integration/polygon Page"], Kinds(Facts(gate)));
    }

    [Fact]
    public void RevokedKey_OfAProviderThatHoldsNoGate_IsAWarning()
    {
        var gate = Gate(SystemStatus.Ok) with { Providers = ImmutableDictionary<string, ProviderCondition>.Empty.Add("discord", Provider("discord", ProviderState.ConfiguredNotConnected, Codes.IntegrationVerifyFailed)) };
        Assert.Equal(["key_refused integration/discord Warn"], Kinds(Facts(gate)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Store_InTrouble_ExplainsEverythingThatFollows(bool live) => Assert.Equal(
        ["store_trouble system Page"],
        Kinds(Facts(Gate(SystemStatus.Blocked, Blocker(Codes.DataUnavailable), Blocker(Codes.IntegrationVerifyStale, "polygon", gate: "dataFeedsHealthy")), live)));

    [Fact]
    public void Runner_LostWithAPosition_IsOnePage_FromTheGateAndTheListTogether()
    {
        var gate = Gate(SystemStatus.Degraded, Blocker(Codes.RunnerLost, severity: Severity.Degraded, bot: "a"));
        var bot = new BotView
        {
            BotId = "a",
            Spec = new("A", null, [], TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty),
            Blockers = [Blocker(Codes.RunnerLost, severity: Severity.Degraded, bot: "a")],
        };
        Assert.Equal(["runner_lost bot/a Page"], Kinds(Facts(gate) with { Bots = [bot] }));
        Assert.Equal(["runner_lost bot/a Warn"], Kinds(Facts(Gate(SystemStatus.Ok)) with { Bots = [bot] }));
    }

    [Fact]
    public void Gate_ThatDoesNotAnswer_IsToldAndNothingElseIsTakenForOver()
    {
        var facts = Facts(Gate(SystemStatus.Ok), live: false);
        Assert.Equal(["system_blocked system Page"], Kinds(facts));
        AssertUnknown(facts, "kill_engaged/system/1", "key_refused/integration/polygon", "live_armed/system", "store_trouble/system", "runner_lost/bot/a");
        AssertKnown(facts, "kill_engaged/bot/a/1", "live_armed/bot/a", "system_blocked/system", "daily_loss/system/2026-11-22");
    }

    [Fact]
    public void Loss_NearAndAtItsLimit_SaysTheFigures()
    {
        DayLoss Loss(decimal lost) => new("a", new(2026, 11, 22), lost, 200, "USD");
        Assert.Empty(Kinds(Facts(Gate(SystemStatus.Ok)) with { Losses = [Loss(159.99m)] }));
        var near = Assert.Single(AlertCauses.Of(Facts(Gate(SystemStatus.Ok)) with { Losses = [Loss(160)] }, new()).Values);
        var at = Assert.Single(AlertCauses.Of(Facts(Gate(SystemStatus.Ok)) with { Losses = [Loss(200)] }, new()).Values);
        Assert.Equal((AlertSeverity.Warn, AlertSeverity.Page, near.Key), (near.Severity, at.Severity, at.Key));
        Assert.Contains("160 of 200 USD", near.Message, StringComparison.Ordinal);
        Assert.Contains("200 of 200 USD", at.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(6 * 24, null)]
    [InlineData((5 * 24) - 1, "key_expiring integration/schwab Info")]
    [InlineData(47, "key_expiring integration/schwab Warn")]
    [InlineData(-1, "key_expiring integration/schwab Warn")]
    public void Key_ThatEnds_IsToldEarly_AndAgainWhenItIsNear(int hours, string? expected)
    {
        var facts = Facts(Gate(SystemStatus.Ok)) with { Keys = [new("schwab", "Charles Schwab", s_noon.AddHours(hours))] };
        Assert.Equal(expected is null ? [] : [expected], Kinds(facts));
        if (expected is not null) Assert.Contains(hours < 0 ? "has ended" : "ends at", AlertCauses.Of(facts, new()).Values.Single().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_ThatFailed_IsUnknownAndHasNoFigure()
    {
        var facts = Facts(Gate(SystemStatus.Ok)) with { Bots = null, Losses = null, Keys = null };
        Assert.Empty(AlertCauses.Of(facts, new()));
        AssertUnknown(facts, "runner_lost/bot/a", "bot_blind/bot/a", "kill_engaged/bot/a/1", "live_armed/bot/a", "daily_loss/bot/a/2026-11-22", "audit_broken/audit", "key_expiring/integration/schwab");
        AssertKnown(facts, "kill_engaged/system/1", "live_armed/system", "key_refused/integration/polygon", "system_blocked/system");
    }

    private static void AssertUnknown(AlertFacts facts, params string[] keys) => Assert.All(keys, key => Assert.True(Sighting(facts).IsUnknown(key), key));

    private static void AssertKnown(AlertFacts facts, params string[] keys) => Assert.All(keys, key => Assert.False(Sighting(facts).IsUnknown(key), key));

    private static AlertSighting Sighting(AlertFacts facts) => new() { Present = ImmutableDictionary<string, AlertCause>.Empty, Unknown = AlertCauses.Unknown(facts) };
}
