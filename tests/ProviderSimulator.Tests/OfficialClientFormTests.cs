using System.Net;

namespace ControlPlane.ProviderSimulator.Tests;

/// <summary>Requests in the forms that official clients send.</summary>
public sealed class OfficialClientFormTests
{
    [Theory]
    [InlineData("anthropic", "ANTHROPIC_API_KEY", "/v1/models", "x-api-key: KEY|anthropic-version: 2023-06-01")]
    [InlineData("anthropic", "ANTHROPIC_API_KEY", "/v1/models", "Authorization: Bearer KEY|anthropic-version: 2026-10-21")]
    [InlineData("polygon", "POLYGON_API_KEY", "/v1/marketstatus/now", "Authorization: Bearer KEY")]
    [InlineData("polygon", "POLYGON_API_KEY", "/v1/marketstatus/now?apiKey=KEY", "")]
    [InlineData("github", "GITHUB_TOKEN", "/rate_limit", "Authorization: Bearer KEY|User-Agent: x")]
    [InlineData("github", "GITHUB_TOKEN", "/rate_limit", "Authorization: token KEY|User-Agent: octokit-rest.js/22")]
    [InlineData("google_gemini", "GEMINI_API_KEY", "/v1beta/models", "x-goog-api-key: KEY")]
    [InlineData("google_gemini", "GEMINI_API_KEY", "/v1/models", "x-goog-api-key: KEY")]
    public async Task Request_InTheFormOfAClient_IsTakenWithAGoodKeyAlone(string provider, string variable, string target, string headers)
    {
        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions { Roots = new Dictionary<string, int> { [provider] = 0 } }, TestContext.Current.CancellationToken);
        host.SetKey(provider, variable, "the-good-key-0001");
        using var client = new HttpClient();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync("the-good-key-0001", host.BaseUrl(provider)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("the-good-key-0001", host.RootAddresses[provider]));
        Assert.NotEqual(HttpStatusCode.OK, await StatusAsync("another-key-0002", host.BaseUrl(provider)));

        async Task<HttpStatusCode> StatusAsync(string key, string address)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address + target.Replace("KEY", key, StringComparison.Ordinal));
            foreach (var header in headers.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(static text => text.Split(": ", 2)))
                request.Headers.TryAddWithoutValidation(header[0], header[1].Replace("KEY", key, StringComparison.Ordinal));
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return response.StatusCode;
        }
    }
}
