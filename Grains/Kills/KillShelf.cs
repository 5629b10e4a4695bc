using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Kills;

/// <summary>The kills that a node keeps. Each order has its own entry. Not safe for several threads.</summary>
internal sealed class KillShelf
{
    /// <summary>Taken kills that are kept of one switch: one is enough to keep it engaged, and a flood must not fill the disk.</summary>
    private const int KeptTaken = 8;
    private readonly Dictionary<Guid, Entry> _entries = [];
    private readonly Dictionary<string, List<Guid>> _switches = new(StringComparer.Ordinal);

    /// <param name="Confirmed">Whether the holder of the switch has said in this process' time that the kill is engaged.</param>
    private sealed record Entry(KillOrder Order, bool Taken, bool Confirmed)
    {
        /// <summary>Whether the brokers have been asked for what the order says of working orders.</summary>
        public bool Canceled { get; init; }

        public bool MustCancel => !Canceled && Order.CancelOpenOrders is not null;
    }

    public bool IsEmpty => _entries.Count == 0;

    public bool HasBots => _switches.Count > (_switches.ContainsKey(Key(null)) ? 1 : 0);

    public ImmutableArray<SpooledKill> All => [.. Ordered(_entries.Values).Select(e => new SpooledKill(e.Order, e.Taken) { Canceled = !e.MustCancel })];

    public ImmutableArray<KillOrder> Due => [.. Ordered(_entries.Values.Where(e => !e.Taken || !e.Confirmed)).Select(e => e.Order)];

    /// <summary>Engaged kills for which working orders must still be taken back at the brokers.</summary>
    public ImmutableArray<KillOrder> ToCancel => [.. Ordered(_entries.Values.Where(e => e is { Taken: true, Confirmed: true, MustCancel: true })).Select(e => e.Order)];

    public ImmutableArray<KillOrder> For(string? botId) => _switches.TryGetValue(Key(botId), out var ids) ? [.. ids.Select(id => _entries[id].Order)] : [];

    public bool Contains(Guid id) => _entries.ContainsKey(id);

    /// <summary>The newest of what a switch says is engaged.</summary>
    public static ImmutableArray<Guid> WorthKeeping(ImmutableArray<Guid> engaged) => engaged.Length <= KeptTaken ? engaged : engaged[^KeptTaken..];

    public void Put(KillOrder order, bool taken, bool confirmed, bool canceled = false)
    {
        if (_entries.TryGetValue(order.Id, out var before))
        {
            _entries[order.Id] = before with { Order = order };
            return;
        }

        _entries[order.Id] = new Entry(order, taken, confirmed) { Canceled = canceled };
        if (!_switches.TryGetValue(Key(order.BotId), out var ids)) _switches[Key(order.BotId)] = ids = [];
        ids.Add(order.Id);
        Trim(ids);
    }

    /// <returns>False when there is no such kill.</returns>
    public bool Take(Guid id, out bool first)
    {
        first = false;
        if (!_entries.TryGetValue(id, out var entry)) return false;
        first = !entry.Taken;
        _entries[id] = entry with { Taken = true, Confirmed = true };
        if (first) Trim(_switches[Key(entry.Order.BotId)]);
        return true;
    }

    /// <returns>False when there is no such kill, or nothing was left to take back.</returns>
    public bool Cancel(Guid id)
    {
        if (!_entries.TryGetValue(id, out var entry) || !entry.MustCancel) return false;
        _entries[id] = entry with { Canceled = true };
        Trim(_switches[Key(entry.Order.BotId)]);
        return true;
    }

    public void Confirm(Guid id, bool confirmed)
    {
        if (_entries.TryGetValue(id, out var entry) && entry.Confirmed != confirmed) _entries[id] = entry with { Confirmed = confirmed };
    }

    /// <summary>The gate names every bot that it knows of: kills of the others must be asked about.</summary>
    public void DoubtBots(HashSet<string> named)
    {
        foreach (var (id, entry) in _entries.Where(e => e.Value.Order.BotId is { } bot && !named.Contains(bot)).ToArray()) _entries[id] = entry with { Confirmed = false };
    }

    public bool Remove(Guid id)
    {
        if (!_entries.Remove(id, out var entry)) return false;
        var ids = _switches[Key(entry.Order.BotId)];
        ids.Remove(id);
        if (ids.Count == 0) _switches.Remove(Key(entry.Order.BotId));
        return true;
    }

    private void Trim(List<Guid> ids)
    {
        var taken = ids.Where(id => _entries[id].Taken).ToLookup(id => _entries[id].MustCancel);
        foreach (var old in taken[false].SkipLast(KeptTaken).Concat(taken[true].SkipLast(KeptTaken)).ToArray())
        {
            _entries.Remove(old);
            ids.Remove(old);
        }
    }

    private static IEnumerable<Entry> Ordered(IEnumerable<Entry> entries) => entries.OrderBy(e => e.Order.BotId is not null).ThenBy(e => e.Order.AskedAt);

    private static string Key(string? botId) => botId is null ? "system" : "bot/" + botId;
}
