using ControlPlane.Grains.Gateway.Calls;
using ControlPlane.Grains.Gateway.Positions;
using ControlPlane.Grains.Gateway.Settlement;
using ControlPlane.Grains.Gateway.Upstreams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ControlPlane.Grains.Gateway;

/// <summary>Registers what a node needs that calls providers for bots.</summary>
internal static class GatewayNodeServices
{
    public static IServiceCollection AddGatewayCalls(this IServiceCollection services)
    {
        services.TryAddSingleton<UpstreamFinder>();
        services.TryAddSingleton<IProviderCalls, ProviderCalls>();
        services.TryAddSingleton<OrderLookup>();
        return services;
    }

    /// <summary>On nodes that host grains and hold the store.</summary>
    public static IServiceCollection AddGatewaySettlement(this IServiceCollection services)
    {
        services.AddGatewayCalls();
        services.AddHostedService<GatewaySettlement>();
        services.AddHostedService<PositionWatch>();
        return services;
    }
}
