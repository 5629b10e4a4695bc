using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Kills;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>Whether the store is the one that nodes knew, and an operator's word that it is to be gone on with.</summary>
internal sealed partial class SystemGateGrain
{
    private readonly StoreWitness _witness;
    private readonly IStoreIdentity _identity;
    private StoreTrust _trust = null!;

    /// <summary>The mark that is known to be in the store: only this one may be told.</summary>
    private long _writtenMark;
    private bool _confirming;

    /// <summary>Epoch and moment of the last confirmation that this activation wrote.</summary>
    private long _confirmedEpoch;
    private long _confirmedAt;

    /// <summary>Epoch of this activation, whatever the row says while it is read anew.</summary>
    private long _epoch;

    private StoreStanding Standing => new(_writtenMark, _trust.Found, _trust.Confirmed, _lease.State.ConfirmedAudit, _lease.State.Generation);

    /// <summary>Before this activation writes anything: what the store holds against what this silo's disk knows.</summary>
    private void TakeStoreOver()
    {
        var (row, now, knowledge) = (_lease.State, _time.GetUtcNow(), _witness.Knowledge);
        _trust = new StoreTrust(row.Mark, row.Confirmed);
        if (row.Suspected is { } why) _trust.Suspect(why, row.SuspectedSince);
        if (ControlsRow.IsOlder(_controls, row.Controls)) _trust.Suspect(ControlsRow.TakeAsEngaged(_controls, now), now);
        _trust.Hear("this one", knowledge, ownEpoch: 0, now);
        _epoch = row.Epoch = EpochPolicy.Next(Math.Max(row.Epoch, knowledge.Epoch), now);
    }

    private void HearOfStore(string node, StoreKnowledge knowledge)
    {
        // It has not heard of the confirmation yet, and tells what it knew before.
        if (knowledge.Epoch < _confirmedEpoch && _time.GetElapsedTime(_confirmedAt) < _options.Lease) return;
        if (_trust.Hear(node, knowledge, _epoch, _time.GetUtcNow())) Suspected();
    }

    private Reason? StoreReplaced()
    {
        if (_identity.Evidence is { } evidence && _trust.Suspect(evidence, _time.GetUtcNow())) LogSuspected(_logger, evidence);
        if (_trust.Standing is not null) Disarm();
        return _trust.Standing;
    }

    private void Suspected()
    {
        LogSuspected(_logger, _trust.Standing!.Message);
        EvaluateNow();
    }

    /// <summary>While the store is in doubt its mark stands still: nodes that know a larger one still do after a restart.</summary>
    private void MarkRow(DateTimeOffset now)
    {
        var row = _lease.State;
        if (_trust.Standing is null) (row.Mark, row.Controls) = (EpochPolicy.Next(row.Mark, now), ControlsRow.Version(_controls));
        (row.Suspected, row.SuspectedSince) = (_trust.Standing?.Message, _trust.Standing?.Since ?? default);
    }

    public async Task<ControlAnswer> ConfirmStore(string reason, TimeSpan sessionLifetime, Caller by)
    {
        if (await _acts.CheckAsync(OperatorAct.Of("store.confirm", OperatorAct.System), by) is { } refusal) return Refused(refusal);
        if (_trust.Standing is not { } standing) return Control(true, null, null);
        if (_confirming) return Control(false, Codes.DataUnavailable, "Another confirmation is being written.");
        _confirming = true;
        while (_renewing) await Task.Delay(TimeSpan.FromMilliseconds(20), _time);

        // Nobody else may write the row meanwhile.
        _renewing = true;
        try
        {
            await _identity.AcceptAsync();
            await _lease.ReadStateAsync();
            await ReadControlsAnewAsync(by);
            var details = ImmutableSortedDictionary<string, string>.Empty.Add("reason", reason).Add("evidence", standing.Message);
            var entry = await GrainFactory.GetGrain<IAuditGrain>(0).Append(new(_time.GetUtcNow(), by.WithoutSignature(), "store.confirm", "system", "requested", details));
            var now = _time.GetUtcNow();
            if (!await GrainFactory.GetGrain<IEndedSessionsGrain>(0).EndAll(now + sessionLifetime)) throw new StoreUnavailableException("The end of all sessions could not be written.");
            await WriteConfirmationAsync(entry.Sequence, now);
            PublishControls(by);
            ReleaseWaiters();
            await ForgetActivationsAsync();
            LogConfirmed(_logger, by.TraceId);
            return Control(true, null, null);
        }
        catch (Exception e)
        {
            LogControlNotWritten(_logger, "confirmation of the store", e);
            return Control(false, Codes.DataUnavailable, "The confirmation could not be written, so the store stays in doubt. Try again.");
        }
        finally
        {
            _confirming = _renewing = false;
        }
    }

    /// <summary>Kills that this gate knows of stand, whatever the store says of them, and one that the store holds stands too.
    /// Of the fences the larger one counts.</summary>
    private async Task ReadControlsAnewAsync(Caller by)
    {
        await _controls.ReadStateAsync();
        var (row, now) = (_controls.State, _time.GetUtcNow());
        var orders = _kills.Orders;
        foreach (var order in _pendingKills.For(null).Where(o => !_kills.IsReleased(o.Id))) _kills.Take(order);
        if ((row.Kill.Engaged || row.Unsettled) && !_kills.Switch.Engaged) _kills.Take(new KillOrder(Guid.CreateVersion7(now), null, row.Kill.Reason ?? "", Caller.System(by.TraceId), now));
        _kills.Unsettle();
        if (_kills.Orders != orders) PublishKill(by);
        _kill = _kills.Switch;
        _fence = EpochPolicy.Next(Math.Max(_fence, row.Fence), now);
        _controlsUnknown = false;
        KillRow? written = null;
        if (!await WriteRowAsync(() => (written = _kills.Row, _fence))) throw new StoreUnavailableException("The fence could not be written.");
        _kills.Written(written!);
        _kill = _kills.Switch;
    }

    private async Task WriteConfirmationAsync(long auditSequence, DateTimeOffset now)
    {
        var row = _lease.State;
        row.Epoch = EpochPolicy.Next(Math.Max(row.Epoch, _epoch), now);
        row.Mark = row.Confirmed = EpochPolicy.Next(Math.Max(Math.Max(row.Mark, _writtenMark), _witness.Knowledge.Mark), now);
        row.ConfirmedAudit = auditSequence;
        row.Controls = ControlsRow.Version(_controls);
        row.Generation = EpochPolicy.Next(row.Generation, now);
        (row.Suspected, row.SuspectedSince) = (null, default);
        var startedAt = _time.GetTimestamp();
        await _lease.WriteStateAsync();
        _renewedAt = startedAt;
        _epoch = row.Epoch;
        _writtenMark = row.Mark;
        _trust.Confirm(row.Mark);
        (_confirmedEpoch, _confirmedAt) = (_epoch, _time.GetTimestamp());
    }

    /// <summary>Grains that read their state from the store before must read it anew.</summary>
    private async Task ForgetActivationsAsync()
    {
        try
        {
            await GrainFactory.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero).WaitAsync(TimeSpan.FromSeconds(3), _time);
        }
        catch (Exception e)
        {
            LogNotForgotten(_logger, e);
        }
    }

    [LoggerMessage(EventIds.StoreSuspected, LogLevel.Critical, "The store is not the one that was known: {Evidence} Everything is closed until an operator confirms it.")]
    private static partial void LogSuspected(ILogger logger, string evidence);

    [LoggerMessage(EventIds.StoreConfirmed, LogLevel.Warning, "An operator has confirmed the store, trace {ConfirmTraceId}.")]
    private static partial void LogConfirmed(ILogger logger, string confirmTraceId);

    [LoggerMessage(EventIds.StoreNotForgotten, LogLevel.Warning, "Grains keep what they read from the store before, until they write.")]
    private static partial void LogNotForgotten(ILogger logger, Exception exception);
}
