using ControlPlane.Grains.Storage.Seals;
using ControlPlane.Grains.Storage.Trust;

namespace ControlPlane.Silo.Storage.Seals.Ledger;

/// <summary>Signs and verifies rows of what limits are evaluated by. Without a key, as for a store by itself, rows carry no MAC and all count.</summary>
internal sealed class LedgerSeals
{
    private readonly StoreMacs? _macs;
    private readonly StoreWitness? _witness;
    private long _horizon;

    public LedgerSeals(StoreMacs? macs = null, StoreWitness? witness = null)
    {
        (_macs, _witness) = (macs, witness);

        // What was confirmed is looked at as a whole: a restored row may be said to be from before the last look.
        if (witness is not null) witness.Confirmed += () => Horizon = 0;
    }

    public static LedgerSeals None { get; } = new();

    public bool Sign => _macs is not null;

    /// <summary>Rows that were last changed before it were verified by this process; 0 while none was. PostgreSQL: a transaction's number. SQLite: 1 for all of them.</summary>
    public long Horizon
    {
        get => Volatile.Read(ref _horizon);
        set => Volatile.Write(ref _horizon, value);
    }

    /// <summary>Moves the horizon on, unless it was taken back since the look began.</summary>
    public void Advance(long from, long to) => Interlocked.CompareExchange(ref _horizon, to, from);

    public static string Unsigned(SealedRow row) =>
        $"A row of '{row.Table}' of bot '{row.BotId}' ('{row.RowKey}') does not carry this installation's MAC: the control plane did not write it so.";

    /// <summary>The row as it is written under its version.</summary>
    public T As<T>(T row, long version)
        where T : SealedRow
    {
        row.Version = version;
        row.Mac = _macs?.OfLedger(SealContent.Of(row, version).Bytes);
        return row;
    }

    /// <summary>True when this installation wrote this row, as this version, or when it is from before there were MACs.</summary>
    public bool Verifies(SealedRow row) =>
        _macs is null || row.Version == SealedRow.Unsigned || (row.Mac is { } mac && _macs.WroteLedger(SealContent.Of(row, row.Version).Bytes, mac));

    /// <summary>Raises evidence against the store when a row does not verify.</summary>
    public bool Look(SealedRow row)
    {
        if (Verifies(row)) return true;
        _witness?.Raise(Unsigned(row));
        return false;
    }

    /// <exception cref="StoreReplacedException">It does not verify: nothing is decided by it, and it is not written anew.</exception>
    public void Require(SealedRow row)
    {
        if (!Look(row)) throw new StoreReplacedException(Unsigned(row));
    }
}
