using ControlPlane.SampleBots.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.SampleBots.Running;

/// <summary>The providers of one bot, behind the gateway.</summary>
/// <param name="lease">The lease whose token opens the gateway.</param>
internal sealed class BotProviders(IServiceProvider services, Func<RunnerLease?> lease)
{
    public MarketDataClient Data { get; } = new(Client(services, MarketDataClient.Provider, lease), services.GetRequiredService<TimeProvider>());

    public BrokerClient Broker { get; } = new(Client(services, BrokerClient.Provider, lease));

    public AdvisorClient Advisor { get; } = new(Client(services, AdvisorClient.Provider, lease));

    private static GatewayClient Client(IServiceProvider services, string provider, Func<RunnerLease?> lease) =>
        new(provider, services.GetRequiredService<IHttpClientFactory>(), services.GetRequiredService<IGatewayAccess>(), lease);
}
