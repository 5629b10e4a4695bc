using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Kills;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Keys;
using ControlPlane.Silo.Storage.Kills;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Api.Tests.Host;

/// <summary>The API as it ships, on Kestrel and a free port, over fakes of grains and stores.</summary>
internal sealed class TestApi : IAsyncDisposable
{
    public const string Operator = "operator-token-0123456789-abcdef";
    public const string Runner = "runner-token-0123456789-abcdefgh";
    public const string Viewer = "viewer-token-0123456789-abcdefgh";

    private readonly bool _ownsData;

    private TestApi(TestApi? before)
    {
        _ownsData = before is null;
        Data = before?.Data ?? Directory.CreateTempSubdirectory("api-tests-").FullName;
        Time = before?.Time ?? new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.Zero));
        Secrets.Set("CONTROLPLANE_OPERATOR_TOKEN", Operator);
        Secrets.Set("CONTROLPLANE_RUNNER_TOKEN", Runner);
        Secrets.Set("CONTROLPLANE_VIEWER_TOKEN", Viewer);
    }

    public string Data { get; }
    public FakeTimeProvider Time { get; }
    public FakeCluster Cluster { get; } = new();
    public FakeStores Stores { get; } = new();
    public FakeSecrets Secrets { get; } = new();
    public FakeNodeGate Gate { get; } = new();
    public CapturedLog Log { get; } = new();

    /// <summary>What a test puts among the services, in place of what stands there.</summary>
    public Action<IServiceCollection>? Services { get; set; }

    /// <summary>Whether the store belongs to this process alone.</summary>
    public bool SingleProcess { get; set; }
    public WebApplication App { get; private set; } = null!;
    public HttpClient Client { get; private set; } = null!;
    public string Origin => Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

    /// <param name="before">Another process of the same installation: its data folder and clock go on.</param>
    public static async Task<TestApi> StartAsync(Action<TestApi>? arrange = null, TestApi? before = null, params (string Key, string Value)[] settings)
    {
        var api = new TestApi(before);
        arrange?.Invoke(api);
        api.App = api.Build(settings);
        await api.App.StartAsync();
        api.Client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(api.App.Urls.Single()) };
        return api;
    }

    public WebApplication Build(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Api", ContentRootPath = AppContext.BaseDirectory, EnvironmentName = "Production" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["ControlPlane:DataDirectory"] = Data, ["Logging:LogLevel:Default"] = "Trace", ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "Trace" });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Logging.ClearProviders().AddProvider(Log).SetMinimumLevel(LogLevel.Trace);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var services = builder.Services;
        services.AddSingleton<TimeProvider>(Time);
        var grains = FakeGrainFactory.Over(Cluster, Stores);
        var keys = new ControlPlaneKeys(new Secret(Operator));
        Cluster.Gate.Acts = new OperatorActs(new CallerSignatures(keys, Time), grains, Time, NullLogger<OperatorActs>.Instance);
        Cluster.Alerts.Acts = Cluster.Gate.Acts;
        services.AddSingleton(grains);
        services.AddSingleton<IGate>(Gate).AddSingleton(Gate.Node);
        services.AddSingleton<ISecretSource>(Secrets).AddSingleton<ISecretRegistry>(Secrets);
        services.AddSingleton(keys);
        services.AddSingleton<IKillSpoolFile>(_ => new KillSpoolFile(Path.Combine(Data, KillSpoolFile.Name))).AddKillDelivery();
        if (SingleProcess) services.AddSingleton<SingleProcessStore>();
        services.AddSingleton(new ProviderCatalogue([Provider("polygon", "market_data"), Provider("tradovate", "broker")]));
        Services?.Invoke(services);
        builder.AddControlPlaneApi();
        return builder.Build().UseControlPlaneApi();
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token = null, object? body = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is HttpContent content) request.Content = content;
        else if (body is not null) request.Content = JsonContent.Create(body);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);

        // A stream has no end to wait for.
        var endless = path.StartsWith("/api/system/stream", StringComparison.Ordinal);
        return Client.SendAsync(request, endless ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead);
    }

    public Task<HttpResponseMessage> GetAsync(string path, string? token = Viewer, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, token, body: null, headers);

    public Task<HttpResponseMessage> PostAsync(string path, object? body, string? token = Operator, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, token, body, headers);

    public async Task<JsonObject> GetJsonAsync(string path, string? token = Viewer)
    {
        using var answer = await GetAsync(path, token);
        return await JsonAsync(answer);
    }

    public static async Task<JsonObject> JsonAsync(HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject();

    /// <summary>Signs in and returns the cookie as a browser would send it.</summary>
    public async Task<string> SignInAsync(string token = Operator)
    {
        using var answer = await PostAsync("/api/session", new { token }, token: null);
        answer.EnsureSuccessStatusCode();
        return answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
        if (_ownsData) Directory.Delete(Data, recursive: true);
    }

    private static ProviderDefinition Provider(string id, string category) => new()
    {
        Id = id,
        Name = id,
        Category = category,
        BaseUrl = "https://example.invalid",
        Variables = [new VariableDefinition { Name = $"{id.ToUpperInvariant()}_API_KEY", Format = "^[a-z0-9]{8,}$" }],
        Access = [new AccessDefinition { Name = "key", Requires = [$"{id.ToUpperInvariant()}_API_KEY"] }],
        HowToConnect = ["Make a key."],
    };
}
