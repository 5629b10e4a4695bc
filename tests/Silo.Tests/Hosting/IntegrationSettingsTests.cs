using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Silo.Hosting.Settings;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Silo.Tests.Hosting;

public sealed class IntegrationSettingsTests
{
    private static readonly ProviderCatalogue s_catalogue = CatalogueLoader.Load(userPath: null);

    [Theory]
    [InlineData("http://10.0.0.5:8000/v1", "10.0.0.0/24", true)]
    [InlineData("http://10.0.0.5:8000/v1", "", false)]
    [InlineData("http://model.lan/v1", "model.lan", true)]
    [InlineData("http://model.lan/v1", "other.lan", false)]
    [InlineData("http://169.254.169.254/", "169.254.0.0/16", false)]
    [InlineData("http://127.0.0.1:9/", "", true)]
    [InlineData("https://gateway.example/v1", "", true)]
    public void BaseUrl_PlainHttp_OnlyForLoopbackAndWhatTheListNames(string address, string allow, bool good)
    {
        var errors = Errors(allow, ("ControlPlane:Integrations:openai:BaseUrl", address));

        Assert.Equal(good, errors.Count == 0);
        Assert.All(errors, error => Assert.StartsWith("ControlPlane__Integrations__openai__BaseUrl: ", error, StringComparison.Ordinal));
        Assert.All(errors, error => Assert.DoesNotContain(address, error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AB:CD", false)]
    [InlineData("not hex at all", false)]
    [InlineData("9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08", true)]
    [InlineData("9f:86:d0:81:88:4c:7d:65:9a:2f:ea:a0:c5:5a:d0:15:a3:bf:4f:1b:2b:0b:82:2c:d1:5d:6c:15:b0:f0:0a:08", true)]
    public void CertificateSha256_Form_IsChecked(string fingerprint, bool good)
    {
        var errors = Errors("", ("ControlPlane:Integrations:interactive_brokers:CertificateSha256", fingerprint));

        Assert.Equal(good, errors.Count == 0);
        Assert.All(errors, error => Assert.StartsWith("ControlPlane__Integrations__interactive_brokers__CertificateSha256: ", error, StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Errors(string allow, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();
        var errors = new SettingErrors();
        IntegrationSettingsReader.Read(configuration, s_catalogue, new NetworkPolicy(new NetworkOptions { Allow = allow }), errors);
        return errors.All;
    }
}
