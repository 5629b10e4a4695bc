using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Storage.Trust;

/// <summary>Whether the store is the one that the control plane had. Evidence against it stands until an operator confirms the store.</summary>
/// <param name="found">The mark that was read from the store.</param>
/// <param name="confirmed">The mark of the last confirmation that was read from the store.</param>
internal sealed class StoreTrust(long found, long confirmed)
{
    public const string Fix = "Find out what happened to the store. If it is the one to go on with, confirm it: POST /api/system/confirm-store with a reason.";

    /// <summary>The mark that was read from the store, or that a confirmation has written since.</summary>
    public long Found { get; private set; } = found;

    public long Confirmed { get; private set; } = confirmed;

    /// <summary>Set while an operator has to confirm the store.</summary>
    public Reason? Standing { get; private set; }

    /// <summary>Takes over what one node knows.</summary>
    /// <param name="ownEpoch">Epoch of the gate that asks: what a node knows from it can't speak against the store that it read.</param>
    /// <returns>True when this is the first evidence.</returns>
    public bool Hear(string node, StoreKnowledge knowledge, long ownEpoch, DateTimeOffset now)
    {
        if (knowledge.Evidence is { } evidence) return Suspect(evidence, now);
        if (knowledge.Epoch == ownEpoch || knowledge.Mark <= Math.Max(Found, Confirmed)) return false;
        return Suspect($"The store knows less than node {node}: it was put back, emptied, or failed over to a copy that lagged behind.", now);
    }

    public bool Suspect(string why, DateTimeOffset since)
    {
        if (Standing is not null) return false;
        Standing = new(Codes.StoreReplaced, Severity.Blocked, why, Fix, since);
        return true;
    }

    /// <summary>An operator has confirmed the store as it is.</summary>
    public void Confirm(long mark) => (Standing, Found, Confirmed) = (null, mark, mark);
}
