namespace ControlPlane.ProviderSimulator.Tests.Driving;

/// <summary>A simulator with one sample provider, and a client that follows no redirects.</summary>
internal sealed class Running : IAsyncDisposable
{
    private Running(SimulatorHost host) => Host = host;

    public SimulatorHost Host { get; }

    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = TimeSpan.FromSeconds(20),
    };

    public string Base => Host.BaseUrl("sample");

    public static async Task<Running> StartAsync(ProviderScript script, SimulatorOptions? options = null) =>
        new(await SimulatorHost.StartAsync((options ?? new SimulatorOptions()) with { Scripts = [script] }));

    public Task<HttpResponseMessage> GetAsync(string path = "/v1/status", string? bearer = Samples.Key) =>
        Client.SendAsync(Samples.Get(Base + path, bearer), TestContext.Current.CancellationToken);

    public async Task<string> StateAsync(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return text.StartsWith("{\"state\":", StringComparison.Ordinal) ? text.Split('"')[3] : $"{(int)response.StatusCode} {text}";
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
    }
}
