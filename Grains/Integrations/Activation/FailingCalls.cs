using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Policy;

namespace ControlPlane.Grains.Integrations.Activation;

/// <summary>What recorded calls say about the provider: a run of failures, and the share of failures within 15 minutes.</summary>
internal sealed class FailingCalls(VerifyOptions options)
{
    private readonly CallRun _run = new();
    private readonly BotCallWindow _bots = new();

    public ErrorRateFinding ErrorRate { get; private set; } = ErrorRateFinding.None;

    /// <summary>The newest calls all failed, and the provider was not asked for it yet.</summary>
    public bool InDoubt => _run.InDoubt;

    public void Asked() => _run.Asked();

    public void Take(UsageDelta delta, DateTimeOffset now)
    {
        _run.Take(delta, now);
        _bots.Take(delta, now);
    }

    /// <summary>Counts calls from before this activation, the oldest first.</summary>
    public void Recall(IEnumerable<UsageEvent> calls, DateTimeOffset now) => _bots.Recall(calls, now);

    /// <summary>Computes the share again.</summary>
    /// <param name="hasLiveLease">Whether a bot's reports count.</param>
    /// <returns>True when the calls of some bot have just turned bad.</returns>
    public bool Watch(DateTimeOffset now, Func<string, bool> hasLiveLease)
    {
        var before = ErrorRate;
        ErrorRate = ErrorRatePolicy.Next(before, _bots.Counts(now, hasLiveLease), _bots.Observed(now), options);
        return ErrorRate.Alarms.Keys.Any(bot => !before.Alarms.ContainsKey(bot));
    }
}
