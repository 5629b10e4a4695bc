using ControlPlane.Api.Hosting;
using ControlPlane.Silo.Hosting.Settings;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Api.Tests.Host;

/// <summary>One start tells what is wrong with the settings of the silo and of the API.</summary>
public sealed class OneStartTests
{
    [Theory]
    [InlineData("AllInOne", 4)]
    [InlineData("FrontEnd", 5)]
    public void Read_WrongSettingsOfSiloAndApi_AreAllNamedAtOnce(string role, int count)
    {
        var wrong = Assert.Throws<WrongSettingsException>(() => ApiSettings.Read(Configuration(
            ("ControlPlane:Role", role),
            ("ControlPlane:Verify:TimeoutSeconds", "soon"),
            ("ControlPlane:Gate:OpenAfter", "0"),
            ("ControlPlane:Session:LifetimeSeconds", "1"),
            ("urls", "127.0.0.1:5080"))));

        Assert.Equal(count, wrong.Errors.Count);
        Assert.Contains("ControlPlane__Verify__TimeoutSeconds: must have the form of a number. Correct it, or remove the setting to take the default.", wrong.Errors);
        Assert.Contains("ControlPlane__Gate__OpenAfter: must be a whole number from 1 to 100.", wrong.Errors);
        Assert.Contains("ControlPlane__Session__LifetimeSeconds: must be a whole number of seconds from 60 to 604800. To fix it: correct the value or remove the setting.", wrong.Errors);
        Assert.Contains("--urls (ASPNETCORE_URLS): must be an address with its scheme, http or https. To fix it: write http://127.0.0.1:5080.", wrong.Errors);
        Assert.Equal(role == "FrontEnd", wrong.Errors.Any(error => error.StartsWith("ConnectionStrings__ControlPlane: must be set", StringComparison.Ordinal)));
    }

    [Fact]
    public void Read_ValuesOfAWrongFormAndEndpointsThatAreNone_AreNamedWithoutTheirValues()
    {
        var wrong = Assert.Throws<WrongSettingsException>(() => ApiSettings.Read(Configuration(
            ("ControlPlane:Session:LifetimeSeconds", "canary"),
            ("ControlPlane:Telemetry:Otlp:Endpoint", "canary"),
            ("ControlPlane:Gateway:Listen:polygon", "canary"),
            ("ControlPlane:Sesion:LifetimeSeconds", "canary"))));

        Assert.Equal(
            ["ControlPlane__Gateway__Listen__polygon", "ControlPlane__Sesion__LifetimeSeconds", "ControlPlane__Session__LifetimeSeconds", "ControlPlane__Telemetry__Otlp__Endpoint"],
            wrong.Errors.Select(error => error.Split(": ")[0]).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("canary", wrong.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();
}
