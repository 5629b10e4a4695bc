using System.Collections.Immutable;
using System.Security.Cryptography;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Kills;

/// <summary>The kills of one switch, each an order of its own: which are engaged, which were released, and which are on disk.</summary>
internal sealed class KillRegister
{
    /// <summary>Ids that are remembered of each kind. An older one that is asked about again engages again.</summary>
    private const int Kept = 1024;
    private ImmutableHashSet<Guid> _written = [];
    private Guid _first;

    /// <summary>Oldest first.</summary>
    public ImmutableArray<Guid> Engaged { get; private set; } = [];

    /// <summary>Oldest first.</summary>
    public ImmutableArray<Guid> Released { get; private set; } = [];

    /// <summary>The switch with the words of the kill that engaged it. Durable when every engaged kill is on disk.</summary>
    public KillSwitch Switch { get; private set; } = KillSwitch.Released;

    /// <summary>Grows with every order that is taken, so that a release sees what came while it was being written.</summary>
    public long Orders { get; private set; }

    /// <summary>True from a release until the row shows that its writer knows that it is on disk.</summary>
    public bool Unsettled { get; private set; }

    public bool NeedsWrite => Unsettled || Switch is { Engaged: true, Durable: false };

    /// <summary>What the row must hold so that all of this survives.</summary>
    public KillRow Row => new(Switch with { Durable = true }, Engaged, Released);

    /// <summary>Takes over a row. One from before kills had ids shows only that the switch is engaged.</summary>
    public void Restore(KillRow row)
    {
        Engaged = row.Engaged.IsDefault ? [] : row.Engaged;
        Released = row.Released.IsDefault ? [] : row.Released;
        Switch = row.Switch;
        Unsettled = row.Unsettled;
        _first = Engaged.FirstOrDefault();
        _written = [.. Engaged];
    }

    /// <summary>Whether this very kill was released.</summary>
    public bool IsReleased(Guid id) => !Engaged.Contains(id) && Released.Contains(id);

    /// <summary>Whether this kill is in the last row known to be on disk, and no later write that could undo it is in flight.</summary>
    public bool IsDurable(Guid id) => _written.Contains(id);

    /// <summary>Engages the switch by this order, or takes over words that came after its first delivery.</summary>
    /// <returns>False when it was taken before and nothing changes.</returns>
    public bool Take(KillOrder order)
    {
        if (Engaged.Contains(order.Id))
        {
            if (order.Id != _first || Switch.Reason == order.Reason) return false;
            Switch = Switch with { Reason = order.Reason, Durable = false };
            return true;
        }

        Orders++;
        if (!Switch.Engaged)
        {
            Switch = new KillSwitch(true, order.Reason, order.By.Name, order.AskedAt, Durable: false);
            _first = order.Id;
        }

        Engaged = Newest(Engaged.Add(order.Id));
        Switch = Switch with { Durable = false };
        return true;
    }

    /// <summary>From now on nothing engaged is certain to be on disk: a write that releases, or one of unknown outcome, is under way.</summary>
    public void Unsettle()
    {
        _written = [];
        if (Switch.Engaged) Switch = Switch with { Durable = false };
    }

    /// <summary>The row as a release of everything that is engaged leaves it.</summary>
    public KillRow RowReleased() => new(KillSwitch.Released, [], Newest([.. Released, .. Engaged])) { Unsettled = true };

    /// <summary>A row of this register is on disk.</summary>
    public void Written(KillRow row)
    {
        _written = [.. row.Engaged];
        Unsettled = row.Unsettled;
        if (Switch.Engaged && row.Switch.Engaged && row.Switch.Reason == Switch.Reason && Engaged.All(_written.Contains)) Switch = Switch with { Durable = true };
    }

    /// <summary>The row of <see cref="RowReleased"/> is on disk, and the kill was not requested meanwhile. An undone release of the same kills, by a process
    /// that died, may have left its kill with a node. That one is released with them.</summary>
    public void Release(KillRow row) => Restore(row with { Released = Newest([.. row.Released, AgainId(row.Released)]) });

    /// <summary>The order that engages the switch again when the row has a release whose writer died before its answer. The release was answered to
    /// nobody.</summary>
    /// <param name="released">What that row says is released.</param>
    public static KillOrder Again(string? botId, ImmutableArray<Guid> released, DateTimeOffset now) => new(
        AgainId(released), botId, "The process that wrote a release ended before it knew that it was written. Release again.", Caller.System(""), now);

    /// <summary>The id of the kill that takes the place of a release that is undone. Nodes may have heard of it from the process that wrote the release;
    /// the process that finds the row must come to the same id. Under another one, a node that delivers it late undoes the next release too.</summary>
    /// <param name="released">What the row of that release says is released; its last id is of no other release.</param>
    public static Guid AgainId(ImmutableArray<Guid> released) =>
        new(SHA256.HashData([.. "undone release "u8, .. (released.IsDefaultOrEmpty ? Guid.Empty : released[^1]).ToByteArray()]).AsSpan(0, 16));

    private static ImmutableArray<Guid> Newest(ImmutableArray<Guid> ids) => ids.Length <= Kept ? ids : ids[^Kept..];
}

/// <summary>A switch's part of the row that keeps it.</summary>
internal sealed record KillRow(KillSwitch Switch, ImmutableArray<Guid> Engaged, ImmutableArray<Guid> Released)
{
    /// <summary>True for a release of which its writer does not know yet that it is on disk: to any other reader the switch is engaged.</summary>
    public bool Unsettled { get; init; }
}

/// <summary>How much of a register goes to nodes with every decision; what is older they ask for by delivering it again.</summary>
internal static class PublishedKills
{
    private const int Count = 128;

    public static ImmutableArray<Guid> Newest(ImmutableArray<Guid> ids) => ids.Length <= Count ? ids : ids[^Count..];
}
