using ControlPlane.Api.Demo;
using ControlPlane.Api.Hosting;
using ControlPlane.Grains.Integrations.Catalogue;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Api.Tests.Demo;

public sealed class DemoSettingsTests
{
    [Fact]
    public async Task Apply_EveryProviderOfTheCatalogue_IsSimulatedOnLoopback()
    {
        await using var world = await DemoWorld.OpenAsync();
        var configuration = Configuration(("ControlPlane:Integrations:polygon:BaseUrl", "https://api.massive.com"), ("ControlPlane:Catalogue", "/mine.json"));
        DemoSettings.Apply(configuration, world, world.Simulator.Providers);

        var providers = CatalogueLoader.Load(null).Providers;
        Assert.NotEmpty(providers);
        // What speaks no HTTP is not played; without its variables, which the demo ignores, it is not configured.
        string[] unplayed = ["postgres", "redis", "smtp", "webhook"];
        Assert.Equal(unplayed, providers.Select(p => p.Id).Where(id => configuration[$"ControlPlane:Integrations:{id}:BaseUrl"] is null).Order());
        Assert.All(providers.Where(p => !unplayed.Contains(p.Id)), p => Assert.StartsWith("http://127.0.0.1:", configuration[$"ControlPlane:Integrations:{p.Id}:BaseUrl"], StringComparison.Ordinal));
        Assert.Null(configuration["ControlPlane:Catalogue"]);
        Assert.Equal("true", configuration["ControlPlane:Demo"]);
    }

    [Fact]
    public async Task Apply_WhatThePersonHasSet_StandsWhereItMay()
    {
        await using var world = await DemoWorld.OpenAsync();
        var configuration = Configuration(("ControlPlane:Bots:LeaseSeconds", "25"));
        DemoSettings.Apply(configuration, world, []);
        Assert.Equal(("25", "2"), (configuration["ControlPlane:Bots:LeaseSeconds"], configuration["ControlPlane:Bots:RenewSeconds"]));
    }

    [Fact]
    public async Task Keys_AreOthersAtEveryStartAndOfTheFormOfRealOnes()
    {
        await using var one = await DemoWorld.OpenAsync();
        await using var other = await DemoWorld.OpenAsync();
        Assert.All(one.Variables, v => Assert.NotEqual(v.Value, other.Variables[v.Key]));
        var variables = CatalogueLoader.Load(null).Providers.SelectMany(static p => p.Variables).ToLookup(static v => v.Name);
        Assert.All(one.Variables, v => Assert.Matches(variables[v.Key].First().Format!, v.Value));
    }

    [Fact]
    public void Deny_AClaimOfTheConfiguration_IsOverruled()
    {
        var configuration = Configuration(("ControlPlane:Demo", "true"));
        DemoSettings.Deny(configuration);
        Assert.Equal("false", configuration["ControlPlane:Demo"]);
    }

    private static ConfigurationManager Configuration(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.Select(static s => new KeyValuePair<string, string?>(s.Key, s.Value)));
        return configuration;
    }
}
