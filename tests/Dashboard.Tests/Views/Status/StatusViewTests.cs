using ControlPlane.Contracts;
using ControlPlane.Dashboard.Views.Status;

namespace ControlPlane.Dashboard.Tests.Views.Status;

public sealed class StatusViewTests : PageContext
{
    [Fact]
    public void Degraded_HasItsOwnPath_WithItsFix()
    {
        Show(system: Rows.System(SystemStatus.Degraded, [Rows.Blocker("INTEGRATION_VERIFY_STALE", severity: Severity.Degraded)]) with { PathToOk = [new(1, "inspect", "polygon", [], "Look at Polygon's last calls.")] });
        var view = Render<StatusView>();
        Assert.Contains("Look at Polygon's last calls.", view.Find("section[aria-labelledby=path-title]").TextContent, StringComparison.Ordinal);
        Assert.Contains("1 step", view.Find("section[aria-labelledby=path-title] header").TextContent, StringComparison.Ordinal);
    }

    /// <summary>Before the first snapshot, and after what was heard has lapsed: seen for 40 s behind a proxy.</summary>
    [Fact]
    public void NothingKnown_NeitherCardSaysThatThereIsNothing()
    {
        Nothing(Render<StatusView>().Markup);

        Show();
        Assert.Contains("No blockers.", Render<StatusView>().Markup, StringComparison.Ordinal);
        Time.Advance(TimeSpan.FromSeconds(10));
        Nothing(Render<StatusView>().Markup);

        static void Nothing(string markup)
        {
            Assert.DoesNotContain("No blockers.", markup, StringComparison.Ordinal);
            Assert.DoesNotContain("Nothing to do.", markup, StringComparison.Ordinal);
        }
    }
}
