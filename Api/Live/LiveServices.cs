using ControlPlane.Api.Hosting;
using ControlPlane.Api.Live.Hub;
using ControlPlane.Api.Live.Stream;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Live;

/// <summary>Registers the live feed and its two forms: the hub and the stream.</summary>
internal static class LiveServices
{
    public static IServiceCollection AddLiveFeed(this IServiceCollection services)
    {
        services.AddSingleton(provider => LiveTimes.Of(provider.GetRequiredService<IOptions<ApiOptions>>().Value.Live));
        services.AddSingleton(new LagCompensatedClock(TimeProvider.System));
        services.AddSingleton<LiveJson>();
        services.AddSingleton<LiveLog>();
        services.AddSingleton<LiveSystem>();
        services.AddSingleton<LiveRows>();
        services.AddSingleton<LiveReader>();
        services.AddSingleton<LiveSnapshots>();
        services.AddSingleton<LiveHeartbeat>();
        services.AddSingleton<LiveSubscribers>();
        services.AddSingleton<LiveFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveFeed>());
        services.AddStatusHub();
        return services;
    }

    public static void MapLive(this IEndpointRouteBuilder routes)
    {
        routes.MapStatusHub();
        routes.MapSystemStream();
    }
}
