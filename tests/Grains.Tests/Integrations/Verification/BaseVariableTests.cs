using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Requests;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

public sealed class BaseVariableTests
{
    private static readonly ProviderCatalogue s_catalogue = CatalogueLoader.Load(userPath: null);

    /// <summary>As Ollama's own client reads it.</summary>
    [Theory]
    [InlineData("127.0.0.1", "http://127.0.0.1:11434/api/tags")]
    [InlineData("0.0.0.0", "http://127.0.0.1:11434/api/tags")]
    [InlineData("0.0.0.0:9999", "http://127.0.0.1:9999/api/tags")]
    [InlineData("localhost:8080", "http://localhost:8080/api/tags")]
    [InlineData("http://127.0.0.1", "http://127.0.0.1/api/tags")]
    [InlineData("https://ollama.example", "https://ollama.example/api/tags")]
    [InlineData("https://ollama.example/behind/", "https://ollama.example/behind/api/tags")]
    public void Build_ShortAddress_IsReadAsTheProvidersProgramsDo(string value, string expected)
    {
        var provider = s_catalogue.Find("ollama")!;
        var target = new VerifyTarget(provider, provider.Access[0], new Dictionary<string, Secret> { ["OLLAMA_HOST"] = new(value) }, BaseUrlOverride: null);

        Assert.Equal(expected, RequestBuilder.Build(provider.Access[0].Verify!.Request, target, new TemplateValues(target)).Target.AbsoluteUri);
    }

    [Theory]
    [InlineData("true", null, "paper")]
    [InlineData("false", null, "live")]
    [InlineData("true", "https://api.alpaca.markets", "live")]
    [InlineData("false", "https://paper-api.alpaca.markets/", "paper")]
    [InlineData("true", "https://proxy.example", "paper")]
    public void Of_BaseThatBotsRead_DecidesWhereItNamesAHostOfTheCatalogue(string paper, string? botBase, string expected)
    {
        var provider = s_catalogue.Find("alpaca")!;
        var values = new Dictionary<string, Secret> { ["ALPACA_API_KEY"] = new("k"), ["ALPACA_SECRET_KEY"] = new("s"), ["ALPACA_PAPER_TRADE"] = new(paper) };
        if (botBase is not null)
            values["APCA_API_BASE_URL"] = new(botBase);

        var place = EnvironmentPolicy.Of(new VerifyTarget(provider, provider.Access[0], values, BaseUrlOverride: null));

        Assert.Equal(expected, place.Environment);
        Assert.Equal(expected == "paper" ? "paper-api.alpaca.markets" : "api.alpaca.markets", place.Host);
    }

    [Theory]
    [InlineData("eu-central-1", "sts.eu-central-1.amazonaws.com")]
    [InlineData("cn-northwest-1", "sts.cn-northwest-1.amazonaws.com.cn")]
    [InlineData("us-gov-east-1", "sts.us-gov-east-1.amazonaws.com")]
    [InlineData("eusc-de-east-1", "sts.eusc-de-east-1.amazonaws.eu")]
    [InlineData("mx-central-1", "sts.mx-central-1.amazonaws.com")]
    [InlineData("aws-global", "sts.amazonaws.com")]
    [InlineData(null, "sts.amazonaws.com")]
    public void Of_AwsRegion_ChoosesTheHost(string? region, string host) => Assert.Equal(host, EnvironmentPolicy.Of(Aws(region)).Host);

    [Theory]
    [InlineData("evil.example/")]
    [InlineData("eu-central-1.evil.example")]
    [InlineData("x")]
    public void Of_NoRegion_IsUnknown(string region) =>
        Assert.Equal("unknown_environment", Assert.Throws<VerifyFaultException>(() => EnvironmentPolicy.Of(Aws(region))).Code);

    private static VerifyTarget Aws(string? region)
    {
        var provider = s_catalogue.Find("aws")!;
        var values = new Dictionary<string, Secret> { ["AWS_ACCESS_KEY_ID"] = new("AKIA"), ["AWS_SECRET_ACCESS_KEY"] = new("s") };
        if (region is not null)
            values["AWS_REGION"] = new(region);
        return new VerifyTarget(provider, provider.Access[0], values, BaseUrlOverride: null);
    }
}
