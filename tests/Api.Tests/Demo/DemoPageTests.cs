using ControlPlane.Api.Tests.Host;

namespace ControlPlane.Api.Tests.Demo;

public sealed class DemoPageTests
{
    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task PageAndDescription_OfADemoAlone_SayDemo(string setting, bool marked)
    {
        await using var api = await TestApi.StartAsync(null, null, ("ControlPlane:Demo", setting));
        using var page = await api.GetAsync("/", token: null);
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var document = await api.GetJsonAsync("/openapi/v1.json");

        Assert.Equal(marked, html.Contains("DEMO", StringComparison.Ordinal));
        Assert.Equal(marked, document["info"]!["title"]!.GetValue<string>().Contains("DEMO", StringComparison.Ordinal));
    }
}
