using System.Collections.Immutable;
using ControlPlane.SampleBots.Providers;
using ControlPlane.SampleBots.Strategies;

namespace ControlPlane.SampleBots.Running;

/// <summary>Goes with a trend.</summary>
internal sealed class MomentumBotGrain(IServiceProvider services, IGrainContext context, IGrainFactory grains)
    : SampleBotGrain(SampleBotProfile.Of(context, "Momentum", "SIMA", new MomentumStrategy()), services, grains), IMomentumBot;

/// <summary>Leans against a swing.</summary>
internal sealed class MeanReversionBotGrain(IServiceProvider services, IGrainContext context, IGrainFactory grains)
    : SampleBotGrain(SampleBotProfile.Of(context, "Mean reversion", "SIMB", new MeanReversionStrategy()), services, grains), IMeanReversionBot;

/// <summary>Asks a language model.</summary>
internal sealed class AdvisedBotGrain(IServiceProvider services, IGrainContext context, IGrainFactory grains)
    : SampleBotGrain(SampleBotProfile.Of(context, "Advised by an LLM", "SIMC", new AdvisedStrategy(), AdvisorClient.Provider), services, grains), IAdvisedBot;

internal static class SampleBotProfile
{
    /// <summary>Marked DEMO in its name, which stands wherever a bot is shown.</summary>
    public static BotProfile Of(IGrainContext context, string name, string symbol, IStrategy strategy, params string[] also) => new(
        context.GrainId.Key.ToString()!, $"DEMO {name}", "demo", symbol,
        [MarketDataClient.Provider, BrokerClient.Provider, .. also], strategy);
}
