using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Decision.Controls;
using ControlPlane.Grains.Gates.Decision.Office;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Gates.Policy;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>Evaluating: what closes is published at once, what opens only after its transition is on disk.</summary>
/// <param name="changed">Pulsed with every publication.</param>
internal sealed partial class GateDecision(
    GateContext context, DecisionInputs inputs, ControlState controls, StoreDoubt doubt, BotLedger bots, TransitionLog transitions, GateSignal changed)
{
    private readonly OpeningHysteresis _hysteresis = new(context.Options.OpenAfter);

    /// <summary>Items that the published decision treats as open.</summary>
    private ImmutableHashSet<string> _publishedOpen = [];

    /// <summary>What the last decision's evidence is good for, and the timestamp from which that counts.</summary>
    private (TimeSpan ValidFor, long From) _evidenceSpan = (TimeSpan.MaxValue, 0);
    private bool _openingInFlight;

    /// <summary>Set by an opening that could not be written, until the store has taken a renewal again.</summary>
    private bool _openingBarred;

    /// <summary>The decision that nodes get. Replaced whole, never changed.</summary>
    public GateSnapshot Published { get; private set; } = null!;

    /// <summary>Items that are good enough to be open.</summary>
    public ImmutableHashSet<string> OpenItems { get; private set; } = [];

    public GatePosition Position => new(Published.Epoch, Published.Version, bots.Position);

    public TimeSpan EvidenceLeft =>
        _evidenceSpan.ValidFor == TimeSpan.MaxValue ? TimeSpan.MaxValue : _evidenceSpan.ValidFor - context.Time.GetElapsedTime(_evidenceSpan.From);

    /// <summary>The first decision of this activation: everything is closed.</summary>
    public void PublishClosed() => Publish(Decide([]) with { TraceId = null }, previous: null, by: null);

    /// <summary>A round: closes what turned bad, and opens what has been good for long enough.</summary>
    public void EvaluateRound()
    {
        OpenItems = _hysteresis.Observe(OpeningHysteresis.Items(inputs.Read()));
        Evaluate();
    }

    /// <summary>Between two rounds: closes at once what turned bad, opens nothing.</summary>
    public void EvaluateNow()
    {
        CloseOnly();
        Evaluate();
    }

    /// <summary>Publishes a control at once, over the items that are open already.</summary>
    /// <param name="recorded">The decision that the record holds already.</param>
    public void PublishControls(Caller by, GateSnapshot? recorded = null, string? why = null)
    {
        CloseOnly();
        _publishedOpen = _publishedOpen.Intersect(OpenItems);
        Publish(Decide(_publishedOpen), Published, by, recorded, why);
    }

    /// <summary>The written decision, or the one that may have been written, did not take effect. The record continues with the current
    /// one.</summary>
    public void Correct(GateSnapshot recorded)
    {
        var standing = Published with { DecidedAt = recorded.DecidedAt.AddMicroseconds(1) };
        transitions.RecordLater(DecisionComparison.Transitions(recorded, standing, null, null, () => PastDecisionPolicy.Write(standing)));
    }

    /// <summary>The store has taken a renewal: an opening may be tried again.</summary>
    public void StoreTakes() => _openingBarred = false;

    /// <summary>Good, and not open yet: what it takes from here is evaluations alone.</summary>
    public bool IsOpening(string provider)
    {
        var item = OpeningHysteresis.Provider(provider);
        return !OpenItems.Contains(item) && OpeningHysteresis.Items(inputs.Read()).Any(i => i.Good && i.Item == item);
    }

    private void CloseOnly() => OpenItems = _hysteresis.CloseOnly(OpeningHysteresis.Items(inputs.Read()));

    private void Evaluate()
    {
        controls.EndLiveWhenOver();
        GateMetrics.Evaluated();

        // First what is certain to be no wider than before, at once.
        var narrow = Decide(_publishedOpen.Intersect(OpenItems));
        _publishedOpen = _publishedOpen.Intersect(OpenItems);
        if (!DecisionComparison.SameSubstance(narrow, Published)) Publish(narrow, Published, by: null);
        else Refresh(narrow);

        // Then what would be wider, once it is written.
        if (OpenItems.IsSubsetOf(_publishedOpen) || _openingInFlight || _openingBarred) return;
        var wide = Decide(OpenItems);
        if (DecisionComparison.SameSubstance(wide, Published))
        {
            _publishedOpen = OpenItems;
            return;
        }

        _openingInFlight = true;
        _ = OpenAsync(wide, OpenItems);
    }

    /// <summary>Writes an opening and publishes it if nothing has closed meanwhile.</summary>
    private async Task OpenAsync(GateSnapshot wide, ImmutableHashSet<string> items)
    {
        var next = wide with { Version = Published.Version + 1 };
        var rows = DecisionComparison.Transitions(Published, next, null, null, () => PastDecisionPolicy.Write(next));
        try
        {
            if (rows.Length > 0) await transitions.AppendAsync(rows);

            // The world may have moved while the disk was busy: only what is still good opens.
            CloseOnly();
            _publishedOpen = _publishedOpen.Union(items.Intersect(OpenItems));
            var now = Decide(_publishedOpen);
            if (!DecisionComparison.SameSubstance(now, Published))
            {
                Publish(now, Published, by: null, recorded: rows.IsEmpty ? null : next);
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
            LogOpeningFailed(context.Logger, e);
        }
        finally
        {
            _openingInFlight = false;
        }
    }

    private GateSnapshot Decide(ImmutableHashSet<string> open)
    {
        var decision = DecisionPolicy.Decide(inputs.Read(), open, Published, out var validFor);
        _evidenceSpan = (validFor, context.Time.GetTimestamp());
        return decision with
        {
            Epoch = doubt.Epoch,
            Version = Published?.Version ?? 0,
            Fence = controls.Fence,
            Store = doubt.Known,
            EngagedKills = PublishedKills.Newest(controls.Kills.Engaged),
            ReleasedKills = PublishedKills.Newest(controls.Kills.Released),
            TraceId = decision.Blockers.FirstOrDefault()?.EvidenceTraceId,
        };
    }

    /// <summary>Gives nodes a new version. Transitions that were not written before are written behind it.</summary>
    /// <param name="recorded">The decision that the record holds already, when that is another than <paramref name="previous"/>.</param>
    private void Publish(GateSnapshot decision, GateSnapshot? previous, Caller? by, GateSnapshot? recorded = null, string? why = null)
    {
        var next = decision with { Version = (previous?.Version ?? 0) + 1, TraceId = by?.TraceId ?? decision.TraceId };
        Published = next;
        GateMetrics.Published();
        bots.EvaluateAll(next);
        changed.Pulse();
        if (previous is not null && previous.Status != next.Status) LogStatus(context.Logger, previous.Status, next.Status, next.Blockers.FirstOrDefault()?.Code ?? "OK");
        transitions.RecordLater(DecisionComparison.Transitions(recorded ?? previous, next, by?.Name, by?.TraceId, () => PastDecisionPolicy.Write(next), why));
    }

    /// <summary>The same decision with fresh times: readers get them with their next renewal, under the same version.</summary>
    private void Refresh(GateSnapshot decision)
    {
        Published = decision with { Version = Published.Version, TraceId = Published.TraceId };
        var before = bots.Position;
        bots.EvaluateAll(Published);
        if (bots.Position != before) changed.Pulse();
    }

    [LoggerMessage(EventIds.SystemGateStatus, LogLevel.Warning, "System status {From} -> {To}: {Code}.")]
    private static partial void LogStatus(ILogger logger, SystemStatus from, SystemStatus to, string code);

    [LoggerMessage(EventIds.SystemGateOpeningFailed, LogLevel.Error, "The transition of an opening was not written. The gate stays closed.")]
    private static partial void LogOpeningFailed(ILogger logger, Exception exception);
}
