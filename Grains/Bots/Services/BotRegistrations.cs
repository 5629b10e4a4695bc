using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Grains.Bots.Services;

/// <summary>Registers what bots of a host share.</summary>
internal static class BotRegistrations
{
    public static void AddBots(this IServiceCollection services)
    {
        services.AddSingleton<BotStores>();
        services.AddSingleton<BotLimits>();
        services.AddSingleton<BotNode>();
        services.AddSingleton<BotEvidence>();
        services.AddSingleton<BotServices>();
    }
}
