using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Policy;
using ControlPlane.Grains.Risk;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>Evidence: providers are asked about once a second, components tell by themselves.</summary>
internal sealed partial class SystemGateGrain
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_othersAfter = TimeSpan.FromMilliseconds(350);
    private long _activatedAt;
    private bool _othersToo;
    private readonly Dictionary<string, long> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asking = new(StringComparer.Ordinal);
    private readonly HashSet<string> _askAgain = new(StringComparer.Ordinal);

    public Task EvidenceChanged(string provider)
    {
        if (_seats.Any(s => s.Id == provider)) _ = AskAsync(provider);
        return Task.CompletedTask;
    }

    public Task<ProgressReceipt> ReportProgress(ComponentProgress progress)
    {
        if (_evidence.Record(progress, _policy.ExternalRiskEngine) is { } refusal) return Task.FromResult(new ProgressReceipt(false, 0, refusal));
        EvaluateNow();
        return Task.FromResult(new ProgressReceipt(true, (long)_options.Progress.TotalMilliseconds, null));
    }

    /// <summary>A new activation of the gate has heard from no component, and need not wait for their next second.</summary>
    private void AskComponents()
    {
        GrainFactory.GetGrain<ISupervisorGrain>(0).RunNow().Ignore();
        GrainFactory.GetGrain<ITimeoutWorkerGrain>(0).RunNow().Ignore();
        if (!_policy.ExternalRiskEngine) GrainFactory.GetGrain<IRiskGrain>(RiskGrainKeys.Engine).RunNow().Ignore();
    }

    /// <summary>Asks who has not been asked for a second. A new activation asks the others once those that decide are open, or soon.</summary>
    private void AskProviders()
    {
        _othersToo = _othersToo || _order.First.All(seat => _openItems.Contains(OpeningHysteresis.Provider(seat.Id))) || _time.GetElapsedTime(_activatedAt) >= s_othersAfter;
        foreach (var seat in _othersToo ? _seats : _order.First)
        {
            if (!_asked.TryGetValue(seat.Id, out var at) || _time.GetElapsedTime(at) >= AskEvery) _ = AskAsync(seat.Id);
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
                var sentAt = _time.GetTimestamp();
                _asked[provider] = sentAt;
                var evidence = await GrainFactory.GetGrain<IProviderGrain>(provider).GetEvidence().WaitAsync(_options.Evidence, _time);
                if (AgreementPolicy.Evaluate(_agreement.Current, evidence.Configuration) is not GateRefusal.None and var refusal) LogOddEvidence(_logger, provider, refusal);
                else
                {
                    var isNew = !_evidence.IsKnown(evidence);
                    if (_evidence.Record(evidence, sentAt)) EvaluateNow();
                    if (isNew) OnActivated(provider);
                    else if (IsOpening(provider)) _pace.Soon();
                }
            }
            while (_askAgain.Contains(provider));
        }
        catch (Exception e)
        {
            LogNoEvidence(_logger, provider, e);

            // Its silo is known to be dead: it comes back elsewhere as soon as it is asked.
            if (e is SiloUnavailableException) _asked.Remove(provider);
        }
        finally
        {
            _asking.Remove(provider);
        }
    }

    /// <summary>Good, and not open yet: what it takes from here is evaluations alone.</summary>
    private bool IsOpening(string provider)
    {
        var item = OpeningHysteresis.Provider(provider);
        return !_openItems.Contains(item) && OpeningHysteresis.Items(Inputs()).Any(i => i.Good && i.Item == item);
    }

    /// <summary>A provider that has just been activated has nothing verified yet: it need not wait for the supervisor's next round.</summary>
    private void OnActivated(string provider)
    {
        _pace.Soon();
        GrainFactory.GetGrain<IProviderGrain>(provider).VerifyIfDue().Ignore();
    }

    [LoggerMessage(EventIds.SystemGateOddEvidence, LogLevel.Warning, "What {Provider} proves does not count: it runs on a silo that does not agree with this gate ({Refusal}).")]
    private static partial void LogOddEvidence(ILogger logger, string provider, GateRefusal refusal);

    [LoggerMessage(EventIds.SystemGateNoEvidence, LogLevel.Warning, "No evidence from {Provider}.")]
    private static partial void LogNoEvidence(ILogger logger, string provider, Exception exception);
}
