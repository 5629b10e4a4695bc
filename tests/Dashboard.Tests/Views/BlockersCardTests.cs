using ControlPlane.Contracts;
using ControlPlane.Dashboard.Views.Status;

namespace ControlPlane.Dashboard.Tests.Views;

public sealed class BlockersCardTests : BunitContext
{
    public BlockersCardTests()
    {
        Services.AddDashboard();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    [Fact]
    public void FailingCalls_SayHowManyFailNow()
    {
        var row = Rows.Integration("polygon", IntegrationState.Degraded) with { ErrorRate15m = 0.234 };
        var card = Card(Rows.Blocker("INTEGRATION_DEGRADED", severity: ReasonSeverity.Degraded, fix: "No action once its calls succeed."), row);
        Assert.Contains("Now 23 % of the calls within 15 minutes failed", card, StringComparison.Ordinal);
    }

    [Fact]
    public void FailingCalls_WithoutAKnownRate_ClaimNone()
    {
        var row = Rows.Integration("polygon", IntegrationState.Degraded) with { ErrorRate15m = null };
        var card = Card(Rows.Blocker("INTEGRATION_DEGRADED", severity: ReasonSeverity.Degraded, fix: "No action once its calls succeed."), row);
        Assert.DoesNotContain("failed", card, StringComparison.Ordinal);
    }

    private string Card(BlockerRow blocker, IntegrationRow row) => Render<BlockersCard>(parameters => parameters
        .Add(p => p.Blockers, [blocker])
        .Add(p => p.Integrations, new Dictionary<string, IntegrationRow> { [row.Provider] = row })).Markup.Replace("<span class=\"strong\">", "", StringComparison.Ordinal).Replace("</span>", "", StringComparison.Ordinal);
}
