using ControlPlane.Contracts;
using ControlPlane.Dashboard.Views.Connections;

namespace ControlPlane.Dashboard.Tests.Views.Connections;

public sealed class UsageEventsSectionTests : PageContext
{
    [Fact]
    public void FailedOnly_AsksTheServer_AndOlderGoesOnWithTheSameQuestion()
    {
        Show();
        Api.Answer("/api/integrations/polygon/events", new ListAnswer<UsageEventRow>([Event(UsageStatus.Timeout)], "next", [], "t"), ControlPlaneJson.Default.ListAnswerUsageEventRow);
        var section = Render<UsageEventsSection>(parameters => parameters.Add(p => p.Provider, "polygon").Add(p => p.Recent, [Event(UsageStatus.Ok)]));
        Assert.Single(section.FindAll("tbody tr"));
        section.Find(".line input[type=checkbox]").Change(true);
        section.WaitForAssertion(() => Assert.Equal("504 timeout", section.Find("tbody tr td.status").TextContent.Trim()));
        Assert.Single(section.FindAll("tbody tr"));
        Api.Answer("/api/integrations/polygon/events", new ListAnswer<UsageEventRow>([Event(UsageStatus.Error)], null, [], "t"), ControlPlaneJson.Default.ListAnswerUsageEventRow);
        section.Find(".line > button.btn.small").Click();
        section.WaitForAssertion(() => Assert.Equal(2, section.FindAll("tbody tr").Count));
        Assert.Equal(["?limit=100&status=failed", "?limit=100&status=failed&before=next"], Api.Calls.Select(call => call.Query));

        // Without the filter it shows what the connection's own answer told.
        section.Find(".line input[type=checkbox]").Change(false);
        section.WaitForAssertion(() => Assert.Equal("200", section.Find("tbody tr td.status").TextContent.Trim()));
        Assert.Equal(2, Api.Calls.Count);
    }

    [Fact]
    public void FailedOnly_Unreadable_ClaimsNothing()
    {
        Show();
        Api.Refuse("/api/integrations/polygon/events", System.Net.HttpStatusCode.ServiceUnavailable, "DATA_UNAVAILABLE", "The store can't be read.");
        var section = Render<UsageEventsSection>(parameters => parameters.Add(p => p.Provider, "polygon").Add(p => p.Recent, [Event(UsageStatus.Ok)]));
        section.Find(".line input[type=checkbox]").Change(true);
        section.WaitForAssertion(() => Assert.Contains("Not read", section.Markup, StringComparison.Ordinal));
        Assert.Contains("unavailable", section.Markup, StringComparison.Ordinal);
        Assert.Empty(section.FindAll("tbody tr"));
    }

    [Fact]
    public void Unreadable_ClaimsNothing() =>
        Assert.Contains("unavailable", Render<UsageEventsSection>(parameters => parameters.Add(p => p.Provider, "polygon").Add(p => p.Recent, null)).Markup, StringComparison.Ordinal);

    private static UsageEventRow Event(UsageStatus outcome) => new(
        Guid.NewGuid(), Rows.Now, null, "a", "polygon", "GET /v3/quotes", outcome, outcome == UsageStatus.Ok ? 200 : 504, 41, "4bf92f3577b34da6a3ce929d0e0e4736", null);
}
