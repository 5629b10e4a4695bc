using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Storage.Trust;

/// <summary>What this node knows of the store, kept on its own disk: a store that knows less was replaced, whoever answers for it.</summary>
internal sealed partial class StoreWitness(IWitnessFile file, ILogger<StoreWitness> logger)
{
    private readonly Lock _gate = new();
    private NodeWitness _known = NodeWitness.New;
    private NodeWitness _stored = NodeWitness.New;
    private bool _storing;

    /// <summary>Raised when a confirmation was heard of.</summary>
    public event Action? Confirmed;

    public StoreKnowledge Knowledge
    {
        get
        {
            lock (_gate) return new(_known.Mark, _known.Epoch, _known.Evidence);
        }
    }

    /// <summary>Audit entries up to this number are beyond doubt: an operator has confirmed a store without them.</summary>
    public long ConfirmedAudit
    {
        get
        {
            lock (_gate) return _known.ConfirmedAudit;
        }
    }

    /// <summary>Takes over what a process before this one left. Call it before grains may activate.</summary>
    public void Load()
    {
        try
        {
            if (file.Read() is not { } kept) return;
            lock (_gate) _known = _stored = kept;
            if (kept.Evidence is { } evidence) LogEvidence(logger, evidence);
        }
        catch (Exception e)
        {
            LogUnreadable(logger, e);
            Raise("What this node knew of the store (store.witness) could not be read.");
        }
    }

    /// <summary>True when the gate rests on a store that knows less than this node, and does not say so.</summary>
    public bool Contradicts(GateSnapshot decision)
    {
        lock (_gate)
        {
            return decision.Status != SystemStatus.Blocked && decision.Epoch != _known.Epoch && decision.Store.Confirmed <= _known.Confirmed
                && Math.Max(decision.Store.Found, decision.Store.Confirmed) < _known.Mark;
        }
    }

    /// <summary>Takes over how far the store has come, unless it is in doubt.</summary>
    public void Heard(GateSnapshot decision)
    {
        var confirmed = false;
        lock (_gate)
        {
            var store = decision.Store;
            if (store.Confirmed > _known.Confirmed)
            {
                confirmed = _known.Evidence is not null || _known.Mark > 0;
                _known = new(store.Mark, decision.Epoch, store.Confirmed, store.ConfirmedAudit, null);
            }
            else if (!decision.Blockers.Any(b => b.Code == Codes.StoreReplaced) && _known.Evidence is null && store.Mark > _known.Mark)
            {
                _known = _known with { Mark = store.Mark, Epoch = Math.Max(decision.Epoch, _known.Epoch) };
            }
        }

        StoreLater();
        if (confirmed) Confirmed?.Invoke();
    }

    /// <summary>The store, or what belongs to it, is not what this node knew.</summary>
    public void Raise(string evidence)
    {
        lock (_gate)
        {
            if (_known.Evidence is not null) return;
            _known = _known with { Evidence = evidence };
        }

        LogEvidence(logger, evidence);
        StoreLater();
    }

    /// <summary>Evidence and confirmations must survive a loss of power. The newest mark need not: that hides a replacement only when everything of
    /// the last seconds was lost with it.</summary>
    private void StoreLater()
    {
        lock (_gate)
        {
            if (_storing || _known == _stored) return;
            _storing = true;
        }

        _ = Task.Run(Store);
    }

    private void Store()
    {
        while (true)
        {
            NodeWitness known;
            lock (_gate)
            {
                known = _known;
                if (known == _stored)
                {
                    _storing = false;
                    return;
                }
            }

            try
            {
                file.Write(known, durably: known.Evidence != _stored.Evidence || known.Confirmed != _stored.Confirmed);
                lock (_gate) _stored = known;
            }
            catch (Exception e)
            {
                LogNotStored(logger, e);
                lock (_gate) _storing = false;
                return;
            }
        }
    }

    [LoggerMessage(EventIds.StoreWitnessEvidence, LogLevel.Critical, "The store is not the one that this node knew: {Evidence} Everything is closed until an operator confirms the store.")]
    private static partial void LogEvidence(ILogger logger, string evidence);

    [LoggerMessage(EventIds.StoreWitnessUnreadable, LogLevel.Error, "This node's record of the store could not be read.")]
    private static partial void LogUnreadable(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.StoreWitnessNotStored, LogLevel.Error, "This node's record of the store could not be written.")]
    private static partial void LogNotStored(ILogger logger, Exception exception);
}
