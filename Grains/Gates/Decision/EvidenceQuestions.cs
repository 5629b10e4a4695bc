using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Agreement;
using ControlPlane.Grains.Gates.Policy;
using ControlPlane.Grains.Risk;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>Collects evidence: providers are asked about once a second, components report by themselves.</summary>
internal sealed partial class EvidenceQuestions(
    GateContext context, ImmutableArray<GateProvider> seats, IProviderPriority order, NodeAgreement agreement, EvidenceLedger evidence, GateDecision decision, EvaluationPace pace)
{
    private static readonly TimeSpan s_askEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_othersAfter = TimeSpan.FromMilliseconds(350);
    private readonly Dictionary<string, long> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asking = new(StringComparer.Ordinal);
    private readonly HashSet<string> _askAgain = new(StringComparer.Ordinal);
    private long _activatedAt;
    private bool _othersToo;

    /// <summary>This activation of the gate is there: from now on it waits for the providers that decide before it asks the others.</summary>
    public void Begin() => _activatedAt = context.Time.GetTimestamp();

    public void EvidenceChanged(string provider)
    {
        if (seats.Any(s => s.Id == provider)) _ = AskAsync(provider);
    }

    public ProgressReceipt Report(ComponentProgress progress)
    {
        if (evidence.Record(progress, context.Policy.ExternalRiskEngine) is { } refusal) return new(false, 0, refusal);
        decision.EvaluateNow();
        return new(true, (long)context.Options.Progress.TotalMilliseconds, null);
    }

    /// <summary>A new activation of the gate has no reports of components, and need not wait for the next ones.</summary>
    public void AskComponents()
    {
        context.Grains.GetGrain<ISupervisorGrain>(0).RunNow().Ignore();
        context.Grains.GetGrain<ITimeoutWorkerGrain>(0).RunNow().Ignore();
        if (!context.Policy.ExternalRiskEngine) context.Grains.GetGrain<IRiskGrain>(RiskGrainKeys.Engine).RunNow().Ignore();
    }

    /// <summary>Asks who has not been asked for a second. A new activation asks the others once those that decide are open, or soon.</summary>
    public void AskProviders()
    {
        var time = context.Time;
        _othersToo = _othersToo || order.First.All(seat => decision.OpenItems.Contains(OpeningHysteresis.Provider(seat.Id))) || time.GetElapsedTime(_activatedAt) >= s_othersAfter;
        foreach (var seat in _othersToo ? seats : order.First)
        {
            if (!_asked.TryGetValue(seat.Id, out var at) || time.GetElapsedTime(at) >= s_askEvery) _ = AskAsync(seat.Id);
        }
    }

    /// <summary>One question at a time a provider; a silent one ages until its evidence has expired.</summary>
    private async Task AskAsync(string provider)
    {
        if (!_asking.Add(provider))
        {
            _askAgain.Add(provider);
            return;
        }

        try
        {
            do
            {
                _askAgain.Remove(provider);
                var sentAt = context.Time.GetTimestamp();
                _asked[provider] = sentAt;
                Take(provider, sentAt, await context.Grains.GetGrain<IProviderGrain>(provider).GetEvidence().WaitAsync(context.Options.Evidence, context.Time));
            }
            while (_askAgain.Contains(provider));
        }
        catch (Exception e)
        {
            LogNoEvidence(context.Logger, provider, e);

            // Its silo is known to be dead: it comes back elsewhere as soon as it is asked.
            if (e is SiloUnavailableException) _asked.Remove(provider);
        }
        finally
        {
            _asking.Remove(provider);
        }
    }

    private void Take(string provider, long sentAt, ProviderEvidence answer)
    {
        if (AgreementPolicy.Evaluate(agreement.Current, answer.Configuration) is not GateRefusal.None and var refusal)
        {
            LogOddEvidence(context.Logger, provider, refusal);
            return;
        }

        // Each provider answers each second: what says nothing new costs no evaluation of its own.
        var isNew = !evidence.IsKnown(answer);
        var changed = evidence.Record(answer, sentAt) == EvidenceNews.Changed;
        if (changed) decision.EvaluateNow();
        if (isNew) OnActivated(provider);
        else if (changed && decision.IsOpening(provider)) pace.Soon();
    }

    /// <summary>A provider that has just been activated has nothing verified yet: it need not wait for the supervisor's next round.</summary>
    private void OnActivated(string provider)
    {
        pace.Soon();
        context.Grains.GetGrain<IProviderGrain>(provider).VerifyIfDue().Ignore();
    }

    [LoggerMessage(EventIds.SystemGateOddEvidence, LogLevel.Warning, "Ignoring evidence from {Provider}: its silo differs from this gate ({Refusal}).")]
    private static partial void LogOddEvidence(ILogger logger, string provider, GateRefusal refusal);

    [LoggerMessage(EventIds.SystemGateNoEvidence, LogLevel.Warning, "No evidence from {Provider}.")]
    private static partial void LogNoEvidence(ILogger logger, string provider, Exception exception);
}
