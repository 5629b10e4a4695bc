using ControlPlane.Contracts;
using ControlPlane.Dashboard.Views.Connections;

namespace ControlPlane.Dashboard.Tests.Views;

public sealed class ConnectionLineTests : BunitContext
{
    public ConnectionLineTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddDashboard();
    }

    [Fact]
    public void UnreadProof_PrintsNoDigit()
    {
        var cell = Line(Rows.Integration("polygon", proofs: null)).Find(".c-proof");
        Assert.Equal("unavailable", cell.TextContent.Trim());
    }

    [Fact]
    public void KnownZero_PrintsZero() => Assert.Equal("0", Line(Rows.Integration("polygon", proofs: 0)).Find(".c-proof").TextContent.Trim());

    [Fact]
    public void SameRecord_IsNotDrawnAgain()
    {
        var row = Rows.Integration("polygon");
        var line = Line(row);
        line.Render(parameters => parameters.Add(p => p.Row, row));
        Assert.Equal(1, line.RenderCount);
        line.Render(parameters => parameters.Add(p => p.Row, row with { ProofOfUseCount24h = 1 }));
        Assert.True(line.RenderCount > 1);
    }

    [Fact]
    public void NeededAndMissing_IsAnOctagon_OptionalAndMissingIsNot()
    {
        var row = Rows.Integration("polygon", ProviderState.NotConfigured);
        var needed = new HashSet<string> { "polygon" };
        Assert.Equal(ConnectionStatus.Blocked, ConnectionStatusPolicy.Of(row, needed));
        Assert.Equal(ConnectionStatus.NotConfigured, ConnectionStatusPolicy.Of(row, new HashSet<string>()));
        Assert.Equal("blocked", Line(row, ConnectionStatus.Blocked).Find(".pill").GetAttribute("data-s"));
        Assert.Equal("none", Line(row, ConnectionStatus.NotConfigured).Find(".pill").GetAttribute("data-s"));
    }

    [Fact]
    public void WhyNot_TurnsVerifyOff_AndSaysWhy()
    {
        var line = Render<ConnectionLine>(parameters => parameters.Add(p => p.Row, Rows.Integration("polygon")).Add(p => p.ConnectionStatus, ConnectionStatus.Connected).Add(p => p.WhyNot, "The page is not live."));
        var verify = line.Find(".acts button");
        Assert.True(verify.HasAttribute("disabled"));
        Assert.Equal("The page is not live.", verify.GetAttribute("title"));
    }

    private IRenderedComponent<ConnectionLine> Line(IntegrationRow row, ConnectionStatus status = ConnectionStatus.Connected) =>
        Render<ConnectionLine>(parameters => parameters.Add(p => p.Row, row).Add(p => p.ConnectionStatus, status));
}
