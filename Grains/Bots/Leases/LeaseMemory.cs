using System.Collections.Concurrent;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Node;

namespace ControlPlane.Grains.Bots.Leases;

/// <summary>Runners' leases as the gate reported them to this node, whichever silo has them. So a holder keeps its lease when its silo
/// ends.</summary>
/// <remarks>Invariant: what is left is never more than the silo that kept the lease would say. It is counted from this node's request, on clocks of
/// this host that include the time it slept. No clock of another host is used.</remarks>
internal sealed class LeaseMemory : IGateListener
{
    private readonly IHostClock _clock;
    private readonly ConcurrentDictionary<string, RememberedLease> _leases = new(StringComparer.Ordinal);
    private long _gateEpoch;
    private long _changes;

    /// <param name="file">What an earlier process on this host has left; null where nothing is kept.</param>
    public LeaseMemory(IHostClock clock, ILeaseFile? file = null)
    {
        _clock = clock;
        foreach (var lease in file?.Read() ?? []) _leases[lease.BotId] = lease;
    }

    /// <summary>Raised when another activation of the gate answers, which knows no lease yet.</summary>
    public event Action<long>? GateMoved;

    /// <summary>Epoch of the gate that answered last; 0 before the first.</summary>
    public long GateEpoch => Interlocked.Read(ref _gateEpoch);

    /// <summary>Grows with every change.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    public void Heard(GateUpdate update, HostMoment askedAt)
    {
        var moved = update.Position.Epoch != _gateEpoch;

        // An activation knows only bots that have reported to it, which takes a while after a move. So it can end only a lease that it has reported
        // itself.
        if (update.BotsComplete)
        {
            var present = update.Bots.Select(b => b.BotId).ToHashSet(StringComparer.Ordinal);
            foreach (var (id, lease) in _leases.Where(l => l.Value.Gate == update.Position.Epoch && !present.Contains(l.Key))) _leases.TryRemove(new(id, lease));
        }

        foreach (var bot in update.Bots)
        {
            if (bot.Gone || bot.ValidForMs <= 0) Forget(bot.BotId, bot.LeaseEpoch);
            else _leases[bot.BotId] = new(bot.BotId, bot.LeaseEpoch, askedAt, TimeSpan.FromMilliseconds(bot.ValidForMs)) { Gate = update.Position.Epoch };
        }

        if (update.Bots.Length > 0) Interlocked.Increment(ref _changes);
        if (!moved) return;
        Interlocked.Exchange(ref _gateEpoch, update.Position.Epoch);
        GateMoved?.Invoke(update.Position.Epoch);
    }

    /// <summary>Minimum remaining time of the lease of this epoch; zero when this node does not know it.</summary>
    public TimeSpan Left(string botId, long epoch) =>
        _leases.TryGetValue(botId, out var lease) && lease.Epoch == epoch && lease.Left(_clock.Read()) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>Leases that hold; forgets the others.</summary>
    public RememberedLease[] Live()
    {
        var now = _clock.Read();
        foreach (var (id, lease) in _leases.Where(l => l.Value.Left(now) <= TimeSpan.Zero)) _leases.TryRemove(new(id, lease));
        return [.. _leases.Values];
    }

    private void Forget(string botId, long epoch)
    {
        if (_leases.TryGetValue(botId, out var lease) && lease.Epoch <= epoch) _leases.TryRemove(new(botId, lease));
    }
}

/// <param name="AskedAt">From when <paramref name="ValidFor"/> counts.</param>
internal sealed record RememberedLease(string BotId, long Epoch, HostMoment AskedAt, TimeSpan ValidFor)
{
    /// <summary>Epoch of the gate that reported it; 0 for one that an earlier process has left.</summary>
    public long Gate { get; init; }

    public TimeSpan Left(HostMoment now) => ValidFor - now.ElapsedSince(AskedAt);
}
