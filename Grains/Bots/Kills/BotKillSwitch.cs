using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Arming;
using ControlPlane.Grains.Gates.Kills;

namespace ControlPlane.Grains.Bots.Kills;

/// <summary>The bot's kill switch: engaged before anything is written, released only once that is on disk.</summary>
internal sealed class BotKillSwitch(LiveArming arming)
{
    private readonly KillRegister _kills = new();

    /// <summary>True while the write of a release is under way: no row that engages is written meanwhile.</summary>
    private bool _releasing;

    public KillSwitch Switch => _kills.Switch;

    public bool Engaged => _kills.Switch.Engaged;

    /// <inheritdoc cref="KillRegister.Orders"/>
    public long Orders => _kills.Orders;

    public bool NeedsWrite => _kills.NeedsWrite;

    /// <summary>True once a heartbeat's answer gave the kill to the current lease's runner.</summary>
    public bool RunnerHeard { get; private set; }

    /// <summary>The newest kills that are engaged, for the nodes.</summary>
    public ImmutableArray<Guid> NewestEngaged => PublishedKills.Newest(_kills.Engaged);

    /// <summary>The newest kills that were released, for the nodes.</summary>
    public ImmutableArray<Guid> NewestReleased => PublishedKills.Newest(_kills.Released);

    public bool IsReleased(Guid id) => _kills.IsReleased(id);

    public bool IsDurable(Guid id) => _kills.IsDurable(id);

    /// <summary>A heartbeat's answer gave the runner the current state of the switch.</summary>
    public void Heard() => RunnerHeard |= Engaged;

    /// <summary>Engages the switch, and disarms LIVE.</summary>
    /// <returns>True when the switch was released before.</returns>
    public bool Take(KillOrder order)
    {
        var engaged = Engaged;
        if (!_kills.Take(order)) return false;
        arming.Disarm();
        if (engaged) return false;
        RunnerHeard = false;
        return true;
    }

    /// <summary>Takes over what is on disk.</summary>
    public void Restore(BotState state)
    {
        var old = state.KillsEngaged.IsDefaultOrEmpty && state.Kill.Engaged;
        _kills.Restore(new(state.Kill, old ? state.KillsTaken : state.KillsEngaged, old ? [] : state.KillsTaken));
    }

    /// <inheritdoc cref="KillRegister.Unsettle"/>
    public void Unsettle() => _kills.Unsettle();

    /// <summary>Writes the switch into the state.</summary>
    /// <returns>The row; null, and nothing is written, while a release is being written.</returns>
    public KillRow? Put(BotState state)
    {
        if (_releasing) return null;
        var row = _kills.Row;
        Put(row, state);
        return row;
    }

    public void Written(KillRow row) => _kills.Written(row);

    /// <summary>Begins a release; <see cref="EndRelease"/> follows whatever becomes of its write.</summary>
    public KillRow BeginRelease()
    {
        _releasing = true;
        return _kills.RowReleased();
    }

    /// <summary>Writes the release into the state: from now on nothing engaged is certain to be on disk.</summary>
    public void PutRelease(KillRow row, BotState state)
    {
        _kills.Unsettle();
        Put(row, state);
    }

    public void EndRelease() => _releasing = false;

    /// <summary>The release is on disk, and no kill was requested meanwhile.</summary>
    public void Release(KillRow row) => _kills.Release(row);

    private static void Put(KillRow row, BotState state) =>
        (state.Kill, state.KillsEngaged, state.KillsTaken, state.ReleaseUnsettled) = (row.Switch, row.Engaged, row.Released, row.Unsettled);
}
