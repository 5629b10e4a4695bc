using ControlPlane.Grains.Secrets;
using ControlPlane.SampleBots;

namespace ControlPlane.Api.Demo;

/// <summary>Adds the sample bots to the silo of a demo.</summary>
internal static class DemoComposition
{
    public static void AddDemo(this IServiceCollection services, DemoWorld world)
    {
        services.AddSingleton(world);
        services.AddSingleton<IProviderKeys, BotKeys>();
        services.AddSampleBots(new SampleBotOptions
        {
            MarketData = world.Address("polygon"),
            Broker = world.Address("alpaca"),
            Advisor = world.Address("openai"),
        });
    }

    /// <summary>The bots get their keys from where the control plane gets them.</summary>
    private sealed class BotKeys(ISecretSource secrets) : IProviderKeys
    {
        public string? Find(string variable) => secrets.Find(variable)?.Reveal();
    }
}
