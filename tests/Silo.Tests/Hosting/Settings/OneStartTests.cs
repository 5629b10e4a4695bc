using ControlPlane.Silo.Hosting;
using ControlPlane.Silo.Hosting.Settings;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Silo.Tests.Hosting.Settings;

/// <summary>One start tells everything that is wrong with the settings of a silo.</summary>
public sealed class OneStartTests
{
    [Fact]
    public void Read_WrongSettingsOfEveryKind_AreAllNamedAtOnce_WithoutTheirValues()
    {
        var wrong = Assert.Throws<WrongSettingsException>(() => StandaloneSilo.Read(Configuration(
            ("ControlPlane:Verify:TimeoutSeconds", "canary"),
            ("ControlPlane:Verify:FreshnessSeconds", "canary"),
            ("ControlPlane:Verify:ErrorRateMinCalls", "0"),
            ("ControlPlane:Gate:LeaseSeconds", "0"),
            ("ControlPlane:Silo:Port", "canary"),
            ("ControlPlane:Silo:HealthPort", "70000"),
            ("ControlPlane:Silo:FastDetection", "canary"),
            ("ControlPlane:Logging:Level", "canary"),
            ("ControlPlane:Secrets:PollSeconds", "0"),
            ("ControlPlane:Risk:MaxDailyLos", "17"),
            ("ControlPlane:Policy:RiskEngine", "canary"),
            ("ControlPlane:Integrations:polygon:BaseUrl", "http://example.com"))));

        Assert.Equal(
            [
                "ConnectionStrings__ControlPlane", "ControlPlane__Gate__LeaseSeconds", "ControlPlane__Gate__RenewEverySeconds", "ControlPlane__Integrations__polygon__BaseUrl",
                "ControlPlane__Logging__Level", "ControlPlane__Policy__RiskEngine", "ControlPlane__Risk__MaxDailyLos", "ControlPlane__Secrets__PollSeconds",
                "ControlPlane__Silo__FastDetection", "ControlPlane__Silo__HealthPort", "ControlPlane__Silo__Port",
                "ControlPlane__Verify__ErrorRateMinCalls", "ControlPlane__Verify__FreshnessSeconds", "ControlPlane__Verify__TimeoutSeconds",
            ],
            wrong.Errors.Select(Key).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("canary", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AWrongCatalogue_HidesNothingElse()
    {
        var wrong = Assert.Throws<WrongSettingsException>(() => SiloSettings.Read(Configuration(
            ("ControlPlane:Catalogue", "/no/such/catalogue"),
            ("ControlPlane:Integrations:mine:VerifyIntervalSeconds", "0"),
            ("ControlPlane:Policy:Gates:brokerConnected:AnyOf", "mine"),
            ("ControlPlane:Policy:Gates:brokerConnected:Required", "canary"))));

        Assert.Equal(3, wrong.Errors.Count);
        Assert.Single(wrong.Errors, error => error.Contains("/no/such/catalogue", StringComparison.Ordinal));
        Assert.Single(wrong.Errors, error => error.StartsWith("ControlPlane__Integrations__mine__VerifyIntervalSeconds: ", StringComparison.Ordinal));
        Assert.Single(wrong.Errors, error => error.StartsWith("ControlPlane__Policy__Gates__brokerConnected__Required: ", StringComparison.Ordinal));
    }

    private static string Key(string error) => error.Split(": ")[0];

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();
}
