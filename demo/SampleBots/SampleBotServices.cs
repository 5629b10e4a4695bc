using ControlPlane.Abstractions;
using ControlPlane.SampleBots.Providers;
using ControlPlane.SampleBots.Running;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.SampleBots;

/// <summary>Registers the sample bots in a silo. Expected besides: <see cref="IProviderKeys"/>, <c>IGate</c> and a <c>TimeProvider</c>.</summary>
public static class SampleBotServices
{
    public static IServiceCollection AddSampleBots(this IServiceCollection services, SampleBotOptions options)
    {
        services.AddSingleton(options);
        services.AddProvider(MarketDataClient.Provider, options.MarketData, options.CallTimeout);
        services.AddProvider(BrokerClient.Provider, options.Broker, options.CallTimeout);
        services.AddProvider(AdvisorClient.Provider, options.Advisor, options.CallTimeout);
        services.AddSingleton<MarketDataClient>();
        services.AddSingleton<BrokerClient>();
        services.AddSingleton<AdvisorClient>();
        services.AddHostedService<SampleBotWaker>();
        return services;
    }

    /// <summary>An instrumented client: each of its calls is proof of use. It follows no redirect with a key in its headers, and tells
    /// no provider our trace ids.</summary>
    private static void AddProvider(this IServiceCollection services, string provider, Uri address, TimeSpan timeout) =>
        services.AddHttpClient(provider, client => (client.BaseAddress, client.Timeout) = (address, timeout))
            .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                ActivityHeadersPropagator = null,
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            })
            .AddIntegrationUsage(provider);
}
