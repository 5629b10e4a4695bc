using ControlPlane.Abstractions;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Gates.Decision.Office;

/// <summary>Whether the store is the one that nodes knew, as the gate's own row has it.</summary>
internal sealed partial class StoreDoubt(GateContext context, StoreWitness witness, IStoreIdentity identity)
{
    private StoreTrust _trust = null!;

    /// <summary>The mark that is known to be in the store: only this one may be published.</summary>
    private long _writtenMark;

    /// <summary>Epoch and moment of the last confirmation that this activation wrote.</summary>
    private long _confirmedEpoch;
    private long _confirmedAt;

    /// <summary>Epoch of this activation, also while the row is read again.</summary>
    public long Epoch { get; private set; }

    /// <summary>Set while an operator has to confirm the store.</summary>
    public Reason? Standing => _trust.Standing;

    /// <summary>Status of the store for nodes.</summary>
    public StoreStatus Known => new(_writtenMark, _trust.Found, _trust.Confirmed, Row.ConfirmedAudit, Row.Generation);

    private GateLeaseState Row => context.Lease.State;

    /// <summary>Before this activation writes anything: what the store holds against what this silo's disk knows.</summary>
    public void TakeOver()
    {
        var (row, now, knowledge) = (Row, context.Time.GetUtcNow(), witness.Knowledge);
        _trust = new StoreTrust(row.Mark, row.Confirmed);
        if (row.Suspected is { } why) _trust.Suspect(why, row.SuspectedSince);
        if (ControlsRow.IsOlder(context.Controls, row.Controls)) _trust.Suspect(ControlsRow.TakeAsEngaged(context.Controls, now), now);
        _trust.Hear("this one", knowledge, ownEpoch: 0, now);
        Epoch = row.Epoch = EpochPolicy.Next(Math.Max(row.Epoch, knowledge.Epoch), now);
    }

    /// <summary>Takes over what a node knows.</summary>
    /// <returns>True when this is the first evidence against the store.</returns>
    public bool Hear(string node, StoreKnowledge knowledge)
    {
        // It does not know the confirmation yet, and reports what it knew before.
        if (knowledge.Epoch < _confirmedEpoch && context.Time.GetElapsedTime(_confirmedAt) < context.Options.Lease) return false;
        if (!_trust.Hear(node, knowledge, Epoch, context.Time.GetUtcNow())) return false;
        LogSuspected(context.Logger, _trust.Standing!.Message);
        return true;
    }

    /// <summary>Looks at the store's identity. Set while an operator has to confirm the store.</summary>
    public Reason? Look()
    {
        if (identity.Evidence is { } evidence && _trust.Suspect(evidence, context.Time.GetUtcNow())) LogSuspected(context.Logger, evidence);
        return _trust.Standing;
    }

    /// <summary>Marks the row that is about to be written. While the store is in doubt its mark stands still: nodes that know a larger one still do
    /// after a restart.</summary>
    public void MarkRow(DateTimeOffset now)
    {
        if (_trust.Standing is null) (Row.Mark, Row.Controls) = (EpochPolicy.Next(Row.Mark, now), ControlsRow.Version(context.Controls));
        (Row.Suspected, Row.SuspectedSince) = (_trust.Standing?.Message, _trust.Standing?.Since ?? default);
    }

    /// <summary>The marked row is on disk.</summary>
    public void MarkWritten() => _writtenMark = Row.Mark;

    /// <summary>Writes an operator's confirmation of the store.</summary>
    /// <param name="auditSequence">Number of its audit entry.</param>
    public async Task WriteConfirmationAsync(long auditSequence, DateTimeOffset now, GateTerm term)
    {
        var row = Row;
        row.Epoch = EpochPolicy.Next(Math.Max(row.Epoch, Epoch), now);
        row.Mark = row.Confirmed = EpochPolicy.Next(Math.Max(Math.Max(row.Mark, _writtenMark), witness.Knowledge.Mark), now);
        row.ConfirmedAudit = auditSequence;
        row.Controls = ControlsRow.Version(context.Controls);
        row.Generation = EpochPolicy.Next(row.Generation, now);
        (row.Suspected, row.SuspectedSince) = (null, default);
        var startedAt = context.Time.GetTimestamp();
        await context.Lease.WriteStateAsync();
        term.Renewed(startedAt);
        Epoch = row.Epoch;
        _writtenMark = row.Mark;
        _trust.Confirm(row.Mark);
        (_confirmedEpoch, _confirmedAt) = (Epoch, context.Time.GetTimestamp());
    }

    [LoggerMessage(EventIds.StoreSuspected, LogLevel.Critical, "The store is not the one that was known: {Evidence} Everything is closed until an operator confirms it.")]
    private static partial void LogSuspected(ILogger logger, string evidence);
}
