using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using ControlPlane.Abstractions;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Secrets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Gateway;

/// <summary>The API with the whole catalogue, one bot, and a provider at loopback that stands for all.</summary>
internal sealed class GatewayScene : IAsyncDisposable
{
    public const string Bot = "momentum";
    public const string PolygonKey = "polygon-canary-0123456789-ABCDEF";
    public const string OpenAiKey = "sk-proj-openai-canary-0123456789";
    public const string AnthropicKey = "sk-ant-anthropic-canary-01234567";
    public const string AlpacaKey = "PKCANARY0123456789AB";
    public const string AlpacaSecret = "alpaca/secret+canary/0123456789012345678";

    public static readonly (string Name, string Value)[] Keys =
    [
        ("POLYGON_API_KEY", PolygonKey), ("OPENAI_API_KEY", OpenAiKey), ("ANTHROPIC_API_KEY", AnthropicKey), ("ALPACA_API_KEY", AlpacaKey), ("ALPACA_SECRET_KEY", AlpacaSecret),
        ("FRED_API_KEY", "fred-canary-0123456789abcdef"), ("TELEGRAM_BOT_TOKEN", "123456789:telegram-canary-ABCDEFGHIJKLMNOPQ"), ("DATABENTO_API_KEY", "db-databento-canary-0123456789"),
        ("BINANCE_API_KEY", "binance-key-canary-0123456789"), ("BINANCE_API_SECRET", "binance-secret-canary-0123456789"),
    ];

    private GatewayScene(TestApi api, FakeUpstream upstream, CapturedUsage usage) => (Api, Upstream, Usage) = (api, upstream, usage);

    public TestApi Api { get; }

    public FakeUpstream Upstream { get; }

    public CapturedUsage Usage { get; }

    public string BotToken { get; } = new ControlPlane.Api.Security.BotToken(Bot, 1).Write(ControlPlane.Api.Security.BotToken.KeyFrom(TestApi.Operator));

    public string LeaseToken { get; } = new ControlPlane.Api.Security.LeaseToken(Bot, 3).Write(ControlPlane.Api.Security.LeaseToken.KeyFrom(TestApi.Operator));

    public static async Task<GatewayScene> StartAsync(Action<TestApi>? arrange = null, string? baseUrl = null, HttpProtocols protocols = HttpProtocols.Http1, params (string Key, string Value)[] settings)
    {
        var upstream = await FakeUpstream.StartAsync(protocols);
        var usage = new CapturedUsage();
        var catalogue = CatalogueLoader.Load(null);
        var api = await TestApi.StartAsync(
            api =>
            {
                var registry = new SecretRegistry();
                foreach (var (name, value) in Keys)
                {
                    api.Secrets.Set(name, value);
                    registry.Register(name, value);
                }

                api.Services = services => services
                    .AddSingleton(catalogue)
                    .AddSingleton(registry)
                    .AddSingleton(new IntegrationSettings(catalogue.Providers.ToDictionary(p => p.Id, _ => new IntegrationOptions { BaseUrl = new Uri(baseUrl ?? upstream.Address) }, StringComparer.Ordinal)))
                    .AddSingleton<IIntegrationUsage>(usage)
                    .AddIntegrationVerification();
                arrange?.Invoke(api);
                api.Cluster.Bots.TryAdd(Bot, View([.. catalogue.Providers.Select(p => p.Id)]));
            },
            before: null,
            settings);
        return new(api, upstream, usage);
    }

    public static BotView View(ImmutableSortedSet<string> reaches) => new()
    {
        BotId = Bot,
        Spec = new BotSpec("Momentum", null, reaches, TradingMode.Paper, ImmutableSortedDictionary<string, decimal>.Empty),
    };

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, new Uri(Api.Client.BaseAddress + path.TrimStart('/'), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })) { Content = body };
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        return Api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}

/// <summary>Calls that were recorded.</summary>
internal sealed class CapturedUsage : IIntegrationUsage
{
    public ConcurrentQueue<UsageCall> Calls { get; } = new();

    public Task<bool> LogAsync(UsageCall call)
    {
        Calls.Enqueue(call);
        return Task.FromResult(true);
    }

    /// <summary>The one call, which may be recorded a moment after its answer has ended.</summary>
    public async Task<UsageCall> OnlyAsync()
    {
        var waited = Stopwatch.StartNew();
        while (Calls.IsEmpty && waited.Elapsed < TimeSpan.FromSeconds(120)) await Task.Delay(20);
        return Assert.Single(Calls);
    }
}
