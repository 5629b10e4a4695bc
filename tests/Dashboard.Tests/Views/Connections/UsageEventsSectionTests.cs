using ControlPlane.Contracts;
using ControlPlane.Dashboard.Views.Connections;

namespace ControlPlane.Dashboard.Tests.Views.Connections;

public sealed class UsageEventsSectionTests : PageContext
{
    [Fact]
    public void FailedOnly_LooksThroughThePages_AndOlderGoesOn()
    {
        Show();
        Api.Answer("/api/integrations/polygon/events", new ListAnswer<UsageEventRow>([Event(CallOutcome.Ok), Event(CallOutcome.Timeout)], "next", [], "t"), ControlPlaneJson.Default.ListAnswerUsageEventRow);
        var section = Render<UsageEventsSection>(parameters => parameters.Add(p => p.Provider, "polygon").Add(p => p.Recent, [Event(CallOutcome.Ok)]));
        Assert.Single(section.FindAll("tbody tr"));
        section.Find("input[type=checkbox]").Change(true);
        section.WaitForAssertion(() => Assert.Equal("504 timeout", section.Find("tbody tr td.status").TextContent.Trim()));
        Assert.Single(section.FindAll("tbody tr"));
        Api.Answer("/api/integrations/polygon/events", new ListAnswer<UsageEventRow>([Event(CallOutcome.Timeout)], null, [], "t"), ControlPlaneJson.Default.ListAnswerUsageEventRow);
        section.Find("button.btn.small:not(.ghost)").Click();
        section.WaitForAssertion(() => Assert.Equal(2, section.FindAll("tbody tr").Count));
        Assert.Equal(2, Api.Calls.Count);
    }

    [Fact]
    public void Unreadable_ClaimsNothing() =>
        Assert.Contains("unavailable", Render<UsageEventsSection>(parameters => parameters.Add(p => p.Provider, "polygon").Add(p => p.Recent, null)).Markup, StringComparison.Ordinal);

    private static UsageEventRow Event(CallOutcome outcome) => new(
        Guid.NewGuid(), Rows.Now, null, "a", "polygon", "GET /v3/quotes", outcome, outcome == CallOutcome.Ok ? 200 : 504, 41, "4bf92f3577b34da6a3ce929d0e0e4736", null);
}
