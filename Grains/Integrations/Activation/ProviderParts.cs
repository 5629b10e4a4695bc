using ControlPlane.Grains.Integrations.Hosts;
using Orleans.Runtime;

namespace ControlPlane.Grains.Integrations.Activation;

/// <summary>The parts of one provider's grain. Each knows only parts above it.</summary>
internal sealed class ProviderParts
{
    /// <param name="reconcile">Sets when the figures are read from the store next, and how often from then on.</param>
    public ProviderParts(
        ProviderContext context, IPersistentState<ProviderAttemptsState> attempts, IPersistentState<ProviderLossState> losses, Action<TimeSpan, TimeSpan> reconcile)
    {
        var (id, time, logger) = (context.Id, context.Time, context.Logger);
        Losses = new(id, losses, TimeSpan.FromSeconds(context.Usage.LossSeconds), context.Notices, time, logger);
        History = new(id, context.Services.Verifications, time, logger);
        Secrets = new(context);
        Timing = new(time);
        Key = new(context, Secrets, Timing);
        Figures = new(context, Key, Losses, reconcile);
        Evaluator = new(context, Secrets, Key, Timing, Hosts, Figures);
        var calls = new CallsInFlight();
        Verify = new(context, Secrets, Key, Timing, new(id, attempts, Timing, time, logger), History, calls, Evaluator.Evaluate);
        TestCall = new(context, Secrets, Key, Timing, calls);
        Page = new(context, Secrets, Key, Timing, History, Figures, Evaluator);
    }

    public HostLedger Hosts { get; } = new();

    public LostUsage Losses { get; }

    public VerifyHistory History { get; }

    public LoadedSecrets Secrets { get; }

    public VerifyTiming Timing { get; }

    public KeyVerdict Key { get; }

    public ProviderFigures Figures { get; }

    public ProviderEvaluator Evaluator { get; }

    public ProviderVerify Verify { get; }

    public ProviderTestCall TestCall { get; }

    public ProviderPage Page { get; }
}
