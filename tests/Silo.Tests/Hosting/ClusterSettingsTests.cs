using System.Net;
using ControlPlane.Silo.Hosting.Cluster;
using ControlPlane.Silo.Hosting.Settings;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Silo.Tests.Hosting;

public sealed class ClusterSettingsTests
{
    [Theory]
    [InlineData(null, null, "127.0.0.1", "127.0.0.1")]
    [InlineData("127.0.0.5", null, "127.0.0.5", "127.0.0.5")]
    [InlineData("127.0.0.5", "127.0.0.2", "127.0.0.5", "127.0.0.2")]
    public void ListenAddress_IsTheAddressUnlessSet(string? address, string? listen, string told, string listensOn)
    {
        var errors = new SettingErrors();
        var settings = ClusterSettings.Read(Configuration(address, listen), errors);
        Assert.Empty(errors.All);
        Assert.Equal((IPAddress.Parse(told), IPAddress.Parse(listensOn)), (settings.Address, settings.ListenAddress));
    }

    [Theory]
    [InlineData("10.0.0.11", null)]
    [InlineData(null, "0.0.0.0")]
    [InlineData("127.0.0.1", "10.0.0.11")]
    public void BeyondLoopback_WithoutTls_IsRefused(string? address, string? listen)
    {
        Assert.Contains("needs TLS", Assert.Single(Errors(Configuration(address, listen))), StringComparison.Ordinal);
        Assert.Empty(Errors(Configuration(address, listen, ("ControlPlane:Silo:AllowPlain", "true"))));
    }

    [Fact]
    public void ListenAddress_ThatIsNoAddress_IsNamedWithoutItsValue()
    {
        var error = Assert.Single(Errors(Configuration(null, "not-an-address")));
        Assert.StartsWith("ControlPlane__Silo__ListenAddress: must be an IP address", error, StringComparison.Ordinal);
        Assert.DoesNotContain("not-an-address", error, StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Errors(IConfiguration configuration)
    {
        var errors = new SettingErrors();
        ClusterSettings.Read(configuration, errors);
        return errors.All;
    }

    private static IConfiguration Configuration(string? address, string? listen, params (string Key, string Value)[] more) => new ConfigurationBuilder().AddInMemoryCollection(
    [
        new("ControlPlane:Silo:Address", address), new("ControlPlane:Silo:ListenAddress", listen), .. more.Select(m => KeyValuePair.Create(m.Key, (string?)m.Value)),
    ]).Build();
}
