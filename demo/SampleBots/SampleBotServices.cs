using ControlPlane.SampleBots.Providers;
using ControlPlane.SampleBots.Running;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.SampleBots;

/// <summary>Registers the sample bots in a silo. Expected besides: <see cref="IGatewayAccess"/>, <c>IGate</c> and a <c>TimeProvider</c>.</summary>
public static class SampleBotServices
{
    public static IServiceCollection AddSampleBots(this IServiceCollection services, SampleBotOptions options)
    {
        services.AddSingleton(options);
        services.AddHttpClient(GatewayClient.Name, client => client.Timeout = options.CallTimeout)
            .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                ActivityHeadersPropagator = null,
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            });
        services.AddHostedService<SampleBotWaker>();
        return services;
    }
}
