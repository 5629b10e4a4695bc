using ControlPlane.Contracts;
using ControlPlane.Dashboard.Components;
using ControlPlane.Dashboard.Views.Connections;

namespace ControlPlane.Dashboard.Tests.Views.Connections;

public sealed class ConnectionListTests : PageContext
{
    [Fact]
    public void InUse_StandsFirst_AndTheRestIsFolded_UntilItIsAskedFor()
    {
        Show(integrations: [Rows.Integration("aaa", ProviderState.NotConfigured), Rows.Integration("polygon"), Rows.Integration("oanda", ProviderState.Degraded), Rows.Integration("zzz", ProviderState.NotConfigured) with { LastUsedAt = Rows.Now }]);
        Assert.Equal(("oanda zzz polygon", 1, true), List());
        Assert.Equal(("oanda zzz polygon aaa", 1, false), List(all: true));
        Assert.Equal(("aaa", 1, false), List(text: "aaa"));
        Assert.Equal(("oanda zzz polygon aaa", 1, false), List(opened: "aaa"));
    }

    [Fact]
    public void FirstMinutes_WithNothingInUse_ShowTheWholeCatalogue()
    {
        Show(integrations: [Rows.Integration("a", ProviderState.NotConfigured), Rows.Integration("b", ProviderState.NotConfigured)]);
        Assert.Equal(("a b", 2, false), List());
    }

    [Fact]
    public void ProviderThatNobodyCanVerify_IsBadOnlyForWhoNeedsIt()
    {
        var row = Rows.Integration("kraken", ProviderState.ConfiguredNotConnected) with { SupportsVerify = false };
        Assert.Equal(ConnectionStatus.NotVerifiable, ConnectionStatusPolicy.Of(row, new HashSet<string>()));
        Assert.Equal(Tone.Info, ConnectionStatusPolicy.Pill(row, ConnectionStatus.NotVerifiable).Tone);
        Assert.Equal(ConnectionStatus.Degraded, ConnectionStatusPolicy.Of(row, new HashSet<string> { "kraken" }));
        Assert.Equal(("Can't be verified", Tone.Degraded), (ConnectionStatusPolicy.Pill(row, ConnectionStatus.Degraded).Word, ConnectionStatusPolicy.Pill(row, ConnectionStatus.Degraded).Tone));
    }

    [Fact]
    public void Proof_SaysCallsAndFailed()
    {
        var line = Render<ConnectionLine>(parameters => parameters.Add(p => p.Row, Rows.Integration("polygon", proofs: 391) with { ErrorCount24h = 89 }).Add(p => p.ConnectionStatus, ConnectionStatus.Connected));
        Assert.Equal("89 failed", line.Find(".c-proof .failed").TextContent.Trim());
        Assert.Equal("391 calls within 24 h, 89 of them failed", line.Find(".c-proof").GetAttribute("title"));
    }

    [Theory]
    [InlineData("Claim a key at alphavantage.co under Get free API key; it is shown at once.", "alphavantage.co", "https://alphavantage.co")]
    [InlineData("Open https://app.alpaca.markets/keys, and copy both.", "https://app.alpaca.markets/keys", "https://app.alpaca.markets/keys")]
    [InlineData("Set ALPHAVANTAGE_API_KEY.", null, null)]
    [InlineData("Write to help@polygon.io.", null, null)]
    public void Step_LinksItsAddresses_AndKeepsItsWords(string step, string? text, string? address)
    {
        var parts = StepText.Parts(step).ToList();
        Assert.Equal(step, string.Concat(parts.Select(part => part.Text)));
        Assert.Equal(text is null ? [] : [(text, address)], parts.Where(part => part.Address is not null));
    }

    private (string Shown, int Available, bool Folded) List(string text = "", bool all = false, string? opened = null)
    {
        var list = new ConnectionList();
        list.Arrange(Store, new(null, text, ConnectionOrder.Default, false, opened, all));
        return (string.Join(' ', list.Shown.Select(line => line.Row.Provider)), list.Available, list.Folded);
    }
}
