using ControlPlane.Silo.Hosting;
using ControlPlane.Silo.Hosting.Settings;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Silo.Tests.Hosting.Settings;

public sealed class UnknownSettingsTests
{
    [Theory]
    [InlineData("ControlPlane:Risk:MaxDailyLos", "ControlPlane__Risk__MaxDailyLos: is no setting. Did you mean ControlPlane__Risk__MaxDailyLoss?")]
    [InlineData("ControlPlane:MaxDailyLoss", "ControlPlane__MaxDailyLoss: is no setting. Did you mean ControlPlane__Risk__MaxDailyLoss?")]
    [InlineData("ControlPlane:Integrations:alpaca:BaseUrI", "ControlPlane__Integrations__alpaca__BaseUrI: is no setting. Did you mean ControlPlane__Integrations__alpaca__BaseUrl?")]
    [InlineData("ControlPlane:Policy:Gates:llmConnected:AnyOff", "ControlPlane__Policy__Gates__llmConnected__AnyOff: is no setting. Did you mean ControlPlane__Policy__Gates__llmConnected__AnyOf?")]
    [InlineData("ControlPlane:Gate:LeaseSeconds:Extra", "ControlPlane__Gate__LeaseSeconds__Extra: is no setting. Did you mean ControlPlane__Gate__LeaseSeconds?")]
    [InlineData("ControlPlane:Risk:Raets:EUR", "ControlPlane__Risk__Raets__EUR: is no setting. Did you mean ControlPlane__Risk__Rates__EUR?")]
    [InlineData("ControlPlane:Zzzzz", "ControlPlane__Zzzzz: is no setting. Remove it, or correct its name: docs/settings.md lists them all.")]
    public void Find_ANameThatNobodyReads_NamesTheNearest(string key, string line) =>
        Assert.Equal([line], UnknownSettings.Find(Configuration((key, "secret-value")), KnownSettings.OfASilo));

    [Theory]
    [InlineData("ControlPlane:Risk:MaxDailyLoss")]
    [InlineData("controlplane:risk:MAXDAILYLOSS")]
    [InlineData("ControlPlane:Integrations:any_provider:Required")]
    [InlineData("ControlPlane:Policy:Gates:llmConnected:AnyOf")]
    [InlineData("ControlPlane:Policy:Gates:llmConnected:AnyOf:0")]
    [InlineData("ControlPlane:Session:LifetimeSeconds")]
    [InlineData("CONTROLPLANE_OPERATOR_TOKEN")]
    [InlineData("ConnectionStrings:ControlPlane")]
    [InlineData("Something:Else")]
    public void Find_WhatIsRead_OrIsNotOurs_SaysNothing(string key) =>
        Assert.Empty(UnknownSettings.Find(Configuration((key, "x")), KnownSettings.OfASilo));

    [Fact]
    public void Find_Several_NamesAllAndNoValue()
    {
        var found = UnknownSettings.Find(Configuration(("ControlPlane:A1", "first-value"), ("ControlPlane:B2", "second-value")), KnownSettings.OfASilo).ToArray();
        Assert.Equal(2, found.Length);
        Assert.All(found, line => Assert.DoesNotContain("value", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--dem0", "--dem0: is no option. Did you mean --demo? --help lists them all.")]
    [InlineData("--urls=http://127.0.0.1:1 --demo --catalog", "--catalog: is no option. Did you mean --catalogue? --help lists them all.")]
    [InlineData("demo", "demo: is no option. Did you mean --demo? --help lists them all.")]
    [InlineData("-demo", "-demo: is no option. Did you mean --demo? --help lists them all.")]
    [InlineData("--qqqqqqqq", "--qqqqqqqq: is no option. --help lists them.")]
    [InlineData("--password=secret-value", "--password: is no option. --help lists them.")]
    public void Refuse_AnUnknownOption_NamesTheNearestAndNoValue(string line, string said) =>
        Assert.Equal([said], Assert.Throws<WrongSettingsException>(() => CommandLineOptions.Refuse(line.Split(' '), "demo", "catalogue")).Errors);

    [Theory]
    [InlineData("")]
    [InlineData("--demo")]
    [InlineData("--urls http://127.0.0.1:1 --demo")]
    [InlineData("--URLS=http://127.0.0.1:1")]
    [InlineData("--ControlPlane:Verify:TimeoutSeconds 5 --environment Development")]
    [InlineData("ControlPlane:Verify:TimeoutSeconds=5")]
    [InlineData("/urls http://127.0.0.1:1")]
    [InlineData("--Kestrel:Endpoints:A:Url=http://127.0.0.1:1")]
    public void Refuse_KnownOptions_SaysNothing(string line) => CommandLineOptions.Refuse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), "demo", "catalogue");

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();
}
