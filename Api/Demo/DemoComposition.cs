using ControlPlane.SampleBots;

namespace ControlPlane.Api.Demo;

/// <summary>Adds the sample bots to the silo of a demo.</summary>
internal static class DemoComposition
{
    public static void AddDemo(this IServiceCollection services, DemoWorld world)
    {
        services.AddSingleton(world);
        services.AddSingleton<IGatewayAccess, DemoGateway>();
        services.AddSampleBots(new SampleBotOptions());
    }
}
