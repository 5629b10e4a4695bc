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
}
