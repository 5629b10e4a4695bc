using ControlPlane.Grains.Gates.Kills;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ControlPlane.Grains.Kills;

/// <summary>Registers what keeps and delivers kills. Every process that takes kills from outside needs it.</summary>
internal static class KillServices
{
    /// <summary>Before the gate's follower, so that pending kills are loaded first. A host that has a disk registers its <see cref="IKillSpoolFile"/> too.</summary>
    public static IServiceCollection AddKillDelivery(this IServiceCollection services)
    {
        services.TryAddSingleton<IKillSpoolFile, NoKillSpoolFile>();
        services.AddSingleton<KillSpool>();
        services.AddSingleton<IPendingKills>(s => s.GetRequiredService<KillSpool>());
        services.AddSingleton<KillDelivery>();
        services.AddHostedService<KillRedelivery>();
        return services;
    }
}
