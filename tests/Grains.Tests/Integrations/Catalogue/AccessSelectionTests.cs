using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Tests.Integrations.Catalogue;

public sealed class AccessSelectionTests
{
    private static readonly ProviderDefinition s_provider = SampleCatalogue.Load(SampleCatalogue.Provider().ToJsonString()).Providers[0];

    [Theory]
    [InlineData("SAMPLE_KEY SAMPLE_SECRET", "API key", "")]
    [InlineData("SAMPLE_TOKEN SAMPLE_SECRET", "API key", "")]
    [InlineData("SAMPLE_KEY", "other key", "")]
    [InlineData("SAMPLE_SECRET", null, "SAMPLE_KEY")]
    [InlineData("", null, "SAMPLE_KEY")]
    public void Choose_PresentNames_PicksTheFirstWholeWay(string present, string? access, string missing)
    {
        var choice = AccessSelection.Choose(s_provider, present.Split(' ').ToHashSet());
        Assert.Equal(access, choice.Access?.Name);
        Assert.Equal(missing, string.Join(' ', choice.Missing));
    }

    [Fact]
    public void Choose_NoWays_HasNone()
    {
        var choice = AccessSelection.Choose(s_provider with { Access = [] }, new HashSet<string>());
        Assert.Null(choice.Access);
        Assert.Empty(choice.Missing);
    }

    [Fact]
    public void Choose_RequiredVariableWithDefault_IsNotMissing()
    {
        var provider = s_provider with { Access = [new AccessDefinition { Name = "x", Requires = ["SAMPLE_ENV"] }] };
        Assert.NotNull(AccessSelection.Choose(provider, new HashSet<string>()).Access);
    }

    [Fact]
    public void Values_AliasOnly_StandsUnderTheMainName()
    {
        var values = AccessSelection.Values(s_provider, name => name == "SAMPLE_TOKEN" ? new Secret("abc") : null);
        Assert.Equal("abc", Assert.Single(values).Value.Reveal());
        Assert.True(values.ContainsKey("SAMPLE_KEY"));
    }

    [Fact]
    public void Values_NameAndAlias_TakesTheName() =>
        Assert.Equal("SAMPLE_KEY", AccessSelection.Values(s_provider, name => new Secret(name))["SAMPLE_KEY"].Reveal());

    [Theory]
    [InlineData("bitget", "BITGET_API_KEY=k BITGET_API_SECRET=s BITGET_PASSPHRASE=p", "API key")]
    [InlineData("bitget", "BITGET_API_KEY=k BITGET_API_SECRET=s BITGET_PASSPHRASE=p BITGET_ENV=live", "API key")]
    [InlineData("bitget", "BITGET_API_KEY=k BITGET_API_SECRET=s BITGET_PASSPHRASE=p BITGET_ENV=Demo", "demo key")]
    [InlineData("coingecko", "COINGECKO_API_KEY=k", "demo key")]
    [InlineData("coingecko", "COINGECKO_API_KEY=k COINGECKO_PLAN=demo", "demo key")]
    [InlineData("coingecko", "COINGECKO_API_KEY=k COINGECKO_PLAN=pro", "paid key")]
    [InlineData("tradestation", "TRADESTATION_CLIENT_ID=i TRADESTATION_CLIENT_SECRET=s TRADESTATION_REFRESH_TOKEN=t", "refresh token")]
    [InlineData("tradestation", "TRADESTATION_CLIENT_ID=i TRADESTATION_CLIENT_SECRET=s TRADESTATION_REFRESH_TOKEN=t TRADESTATION_ROTATING_TOKENS=true", "refresh token")]
    [InlineData("tradestation", "TRADESTATION_CLIENT_ID=i TRADESTATION_CLIENT_SECRET=s TRADESTATION_REFRESH_TOKEN=t TRADESTATION_ROTATING_TOKENS=false", "refresh token that does not rotate")]
    public void Choose_WayThatNeedsAValue_CountsOnlyWithIt(string id, string given, string way)
    {
        var provider = CatalogueLoader.Load(userPath: null).Find(id)!;
        var values = given.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => new Secret(pair[1]));

        Assert.Equal(way, AccessSelection.Choose(provider, values).Access?.Name);
    }
}
