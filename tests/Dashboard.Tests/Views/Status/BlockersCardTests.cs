using ControlPlane.Contracts;
using ControlPlane.Dashboard.Views.Status;

namespace ControlPlane.Dashboard.Tests.Views.Status;

public sealed class BlockersCardTests : PageContext
{
    [Fact]
    public void NothingKnown_ClaimsNoAbsence()
    {
        foreach (var (blockers, off) in new[] { ((IReadOnlyList<BlockerRow>?)null, false), (null, true), ([], true) })
        {
            var card = Render<BlockersCard>(parameters => parameters.Add(p => p.Blockers, blockers).Add(p => p.Disabled, off)).Markup;
            Assert.DoesNotContain("No blockers", card, StringComparison.Ordinal);
            Assert.Contains("unavailable", card, StringComparison.Ordinal);
        }

        Assert.Contains("No blockers.", Render<BlockersCard>(parameters => parameters.Add(p => p.Blockers, [])).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void OneCauseAtTwoGates_IsToldOnce()
    {
        var card = Render<BlockersCard>(parameters => parameters.Add(p => p.Blockers, [Rows.Blocker(), Rows.Blocker() with { Gate = "brokerConnected" }]));
        Assert.Single(card.FindAll(".blocker"));
    }

    [Fact]
    public void Degraded_AffectsThoseThatNeedIt_AndNobodyElse()
    {
        Assert.Equal(["a", "c"], Affected(Rows.Blocker("INTEGRATION_DEGRADED", severity: Severity.Degraded), TradingState.Active).Bots);
        Assert.True(Affected(Rows.Blocker("INTEGRATION_DEGRADED", severity: Severity.Degraded), TradingState.Reducing).Everybody);
        Assert.True(Affected(Rows.Blocker(), TradingState.Halted).Everybody);
        var alerts = Affected(Rows.Blocker("ALERTS_UNDELIVERED", null, Severity.Degraded) with { Gate = null }, TradingState.Active);
        Assert.Equal((false, 0), (alerts.Everybody, alerts.Bots.Count));
        Assert.Equal(["b"], Affected(Rows.Blocker("RUNNER_LOST", null, Severity.Degraded) with { Gate = null, BotId = "b" }, TradingState.Active).Bots);

        static Affects Affected(BlockerRow blocker, TradingState trading) => Affects.Of(
            blocker, [Rows.Bot("a") with { Requires = ["polygon"] }, Rows.Bot("b") with { Requires = ["oanda"] }, Rows.Bot("c")], trading);
    }

    [Fact]
    public void VerifyThatWaitsForAPerson_SaysSo_AndHasTheButton()
    {
        Show();
        var waits = Rows.Integration("polygon", ProviderState.ConfiguredNotConnected);
        var blocker = Rows.Blocker("INTEGRATION_VERIFY_FAILED");
        var card = Render<BlockersCard>(parameters => parameters.Add(p => p.Blockers, [blocker]).Add(p => p.Integrations, new Dictionary<string, IntegrationRow> { ["polygon"] = waits }));
        Assert.Contains("It waits for a person", card.Markup, StringComparison.Ordinal);
        card.Find("button[aria-label='Verify POLYGON']").Click();
        Assert.Equal("/api/integrations/verify", Assert.Single(Api.Calls).Path);
        card.Render(parameters => parameters.Add(p => p.Integrations, new Dictionary<string, IntegrationRow> { ["polygon"] = waits with { NextVerifyAt = Rows.Now } }));
        Assert.DoesNotContain("It waits for a person", card.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void EngagedKill_TellsWhoAndWhy()
    {
        var card = Render<BlockersCard>(parameters => parameters.Add(p => p.Blockers, [Rows.Blocker("KILL_SWITCH_ENGAGED", null)]).Add(p => p.Kill, Rows.Killed("alice", "Fat finger.")));
        Assert.Contains("by alice", card.Markup, StringComparison.Ordinal);
        Assert.Contains("Fat finger.", card.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void FailingCalls_SayHowManyFailNow()
    {
        var row = Rows.Integration("polygon", ProviderState.Degraded) with { ErrorRate15m = 0.234 };
        var card = Card(Rows.Blocker("INTEGRATION_DEGRADED", severity: Severity.Degraded, fix: "No action once its calls succeed."), row);
        Assert.Contains("Now 23 % of the calls within 15 minutes failed", card, StringComparison.Ordinal);
    }

    [Fact]
    public void FailingCalls_WithoutAKnownRate_ClaimNone()
    {
        var row = Rows.Integration("polygon", ProviderState.Degraded) with { ErrorRate15m = null };
        var card = Card(Rows.Blocker("INTEGRATION_DEGRADED", severity: Severity.Degraded, fix: "No action once its calls succeed."), row);
        Assert.DoesNotContain("failed", card, StringComparison.Ordinal);
    }

    private string Card(BlockerRow blocker, IntegrationRow row) => Render<BlockersCard>(parameters => parameters
        .Add(p => p.Blockers, [blocker])
        .Add(p => p.Integrations, new Dictionary<string, IntegrationRow> { [row.Provider] = row })).Markup.Replace("<span class=\"strong\">", "", StringComparison.Ordinal).Replace("</span>", "", StringComparison.Ordinal);
}
