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

/// <summary>Has two bad habits, which the gateway stops: it asks for more than its limit now and then, and when its runner is replaced, the one before
/// goes on.</summary>
internal sealed class CarelessBotGrain(IServiceProvider services, IGrainContext context, IGrainFactory grains)
    : SampleBotGrain(SampleBotProfile.Of(context, "Careless", "SIMD", new CarelessStrategy()), services, grains), ICarelessBot
{
    private static readonly TimeSpan s_firstReplacement = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_betweenReplacements = TimeSpan.FromMinutes(10);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(ReplaceRunnerAsync, new GrainTimerCreationOptions(s_firstReplacement, s_betweenReplacements) { Interleave = true, KeepAlive = true });
        return base.OnActivateAsync(cancellationToken);
    }
}

internal static class SampleBotProfile
{
    /// <summary>Marked DEMO in its name, which stands wherever a bot is shown.</summary>
    public static BotProfile Of(IGrainContext context, string name, string symbol, IStrategy strategy, params string[] also) => new(
        context.GrainId.Key.ToString()!, $"DEMO {name}", "demo", symbol,
        [MarketDataClient.Provider, BrokerClient.Provider, .. also], strategy);
}
