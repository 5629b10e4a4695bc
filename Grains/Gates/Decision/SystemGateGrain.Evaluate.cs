using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Gates.Policy;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>Evaluating: what closes is published at once, what opens only after its transition is on disk.</summary>
internal sealed partial class SystemGateGrain
{
    private ImmutableHashSet<string> _openItems = [];

    /// <summary>Items that the published decision treats as open.</summary>
    private ImmutableHashSet<string> _publishedOpen = [];

    /// <summary>What the last decision's evidence is good for, and the timestamp from which that counts.</summary>
    private (TimeSpan ValidFor, long From) _evidenceSpan = (TimeSpan.MaxValue, 0);

    private TimeSpan EvidenceLeft =>
        _evidenceSpan.ValidFor == TimeSpan.MaxValue ? TimeSpan.MaxValue : _evidenceSpan.ValidFor - _time.GetElapsedTime(_evidenceSpan.From);
    private bool _openingInFlight;

    /// <summary>Suspensions of the host that this activation has taken in.</summary>
    private long _suspensionsTaken;

    /// <summary>Set by an opening that could not be written, until the store has taken a renewal again.</summary>
    private bool _openingBarred;

    private Task EvaluateOnTimeAsync(CancellationToken cancellationToken)
    {
        _pace.Round();
        TakeSuspension();
        AskProviders();
        _alerts.Ask();
        _bots.Prune();
        _openItems = _hysteresis.Observe(OpeningHysteresis.Items(Inputs()));
        Evaluate();
        return Task.CompletedTask;
    }

    /// <summary>After the host has slept nothing counts that was proven before, and LIVE is over.</summary>
    private void TakeSuspension()
    {
        _suspension.Look();
        if (_suspensionsTaken == _suspension.Count) return;
        _suspensionsTaken = _suspension.Count;
        _evidence.Forget();
        _bots.DisarmLive();
        _state.Disarm();
        _term.End();
        EvaluateNow();
        AskComponents();
    }

    /// <summary>Between two rounds: closes at once what turned bad, opens nothing.</summary>
    private void EvaluateNow()
    {
        _openItems = _hysteresis.CloseOnly(OpeningHysteresis.Items(Inputs()));
        Evaluate();
    }

    private void Evaluate()
    {
        _state.EndLiveWhenOver();
        GateMetrics.Evaluated();

        // First what is certain to be no wider than before, at once.
        var narrow = Decide(_publishedOpen.Intersect(_openItems));
        _publishedOpen = _publishedOpen.Intersect(_openItems);
        if (!DecisionComparison.SameSubstance(narrow, _published)) Publish(narrow, _published, by: null);
        else Refresh(narrow);

        // Then what would be wider, once it is written.
        if (_openItems.IsSubsetOf(_publishedOpen) || _openingInFlight || _openingBarred) return;
        var wide = Decide(_openItems);
        if (DecisionComparison.SameSubstance(wide, _published))
        {
            _publishedOpen = _openItems;
            return;
        }

        _openingInFlight = true;
        _ = OpenAsync(wide, _openItems);
    }

    /// <summary>Writes an opening and publishes it if nothing has closed meanwhile.</summary>
    private async Task OpenAsync(GateSnapshot wide, ImmutableHashSet<string> items)
    {
        var next = wide with { Version = _published.Version + 1 };
        var rows = DecisionComparison.Transitions(_published, next, null, null, () => PastDecisionPolicy.Write(next));
        try
        {
            if (rows.Length > 0) await _transitionLog.AppendAsync(rows);

            // The world may have moved while the disk was busy: only what is still good opens.
            _openItems = _hysteresis.CloseOnly(OpeningHysteresis.Items(Inputs()));
            _publishedOpen = _publishedOpen.Union(items.Intersect(_openItems));
            var now = Decide(_publishedOpen);
            if (!DecisionComparison.SameSubstance(now, _published))
            {
                Publish(now, _published, by: null, recorded: rows.IsEmpty ? null : next);
            }
            else
            {
                Refresh(now);
                if (!rows.IsEmpty) Correct(next);
            }
        }
        catch (Exception e)
        {
            // Not known to be written, so not opened; a round after the next renewal tries again.
            _openingBarred = true;
            if (!rows.IsEmpty) Correct(next);
            LogOpeningFailed(_logger, e);
        }
        finally
        {
            _openingInFlight = false;
        }
    }

    private GateInputs Inputs()
    {
        ImmutableArray<ProviderInput> providers = [.. _seats.Select(_evidence.Provider)];
        return new GateInputs
        {
            Policy = _policy,
            Providers = providers,
            TelemetryLost = TelemetryPolicy.Lost(providers),
            AlertsUndelivered = _alerts.Undelivered(),
            Components = _evidence.Components(),
            Kill = _state.Kill,
            Live = _state.Live,
            LostRunners = _bots.LostHolding(),
            StoreLost = _term.StoreLost(),
            StoreReplaced = StoreReplaced(),
            HostSuspended = _suspension.Standing,
            Now = _time.GetUtcNow(),
        };
    }

    private Reason? StoreReplaced()
    {
        var standing = _doubt.Look();
        if (standing is not null) _state.Disarm();
        return standing;
    }

    private GateSnapshot Decide(ImmutableHashSet<string> open)
    {
        var decision = DecisionPolicy.Decide(Inputs(), open, _published, out var validFor);
        _evidenceSpan = (validFor, _time.GetTimestamp());
        return decision with
        {
            Epoch = _doubt.Epoch,
            Version = _published?.Version ?? 0,
            Fence = _state.Fence,
            Store = _doubt.Known,
            EngagedKills = PublishedKills.Newest(_state.Kills.Engaged),
            ReleasedKills = PublishedKills.Newest(_state.Kills.Released),
            TraceId = decision.Blockers.FirstOrDefault()?.EvidenceTraceId,
        };
    }

    /// <summary>Gives nodes a new version. Transitions that were not written before are written behind it.</summary>
    /// <param name="recorded">The decision that the record holds already, when that is another than <paramref name="previous"/>.</param>
    private void Publish(GateSnapshot decision, GateSnapshot? previous, Caller? by, GateSnapshot? recorded = null, string? why = null)
    {
        var next = decision with { Version = (previous?.Version ?? 0) + 1, TraceId = by?.TraceId ?? decision.TraceId };
        _published = next;
        GateMetrics.Published();
        _bots.EvaluateAll(next);
        _changed.Pulse();
        if (previous is not null && previous.Status != next.Status) LogStatus(_logger, previous.Status, next.Status, next.Blockers.FirstOrDefault()?.Code ?? "OK");
        _transitionLog.RecordLater(DecisionComparison.Transitions(recorded ?? previous, next, by?.Name, by?.TraceId, () => PastDecisionPolicy.Write(next), why));
    }

    /// <summary>What was written, or may have been, did not come to be: the record goes on from it with what stands.</summary>
    private void Correct(GateSnapshot recorded)
    {
        var standing = _published with { DecidedAt = recorded.DecidedAt.AddMicroseconds(1) };
        _transitionLog.RecordLater(DecisionComparison.Transitions(recorded, standing, null, null, () => PastDecisionPolicy.Write(standing)));
    }

    /// <summary>The same decision with fresh times: readers get them with their next renewal, under the same version.</summary>
    private void Refresh(GateSnapshot decision)
    {
        _published = decision with { Version = _published.Version, TraceId = _published.TraceId };
        var before = _bots.Position;
        _bots.EvaluateAll(_published);
        if (_bots.Position != before) _changed.Pulse();
    }

    [LoggerMessage(EventIds.SystemGateStatus, LogLevel.Warning, "System status {From} -> {To}: {Code}.")]
    private static partial void LogStatus(ILogger logger, SystemStatus from, SystemStatus to, string code);

    [LoggerMessage(EventIds.SystemGateOpeningFailed, LogLevel.Error, "The transition of an opening was not written. The gate stays closed.")]
    private static partial void LogOpeningFailed(ILogger logger, Exception exception);
}
