using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Kills;

/// <summary>Every kill that this node was asked for or has heard of, until it hears of that kill's release. Always in memory, and on disk when the
/// disk works. While a switch has one here, this node lets nothing of it pass.</summary>
internal sealed partial class KillSpool : IPendingKills, IDisposable
{
    private readonly IKillSpoolFile _file;
    private readonly NodeGate _gate;
    private readonly TimeProvider _time;
    private readonly ILogger<KillSpool> _logger;
    private readonly StoreWitness? _witness;
    private readonly KillShelf _shelf = new();
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private long _changes;
    private long _stored;

    public KillSpool(IKillSpoolFile file, NodeGate gate, TimeProvider time, ILogger<KillSpool> logger, StoreWitness? witness = null)
    {
        (_file, _gate, _time, _logger, _witness) = (file, gate, time, logger, witness);
        _gate.Heard += Heard;
    }

    public bool IsEmpty
    {
        get
        {
            lock (_lock) return _shelf.IsEmpty;
        }
    }

    /// <summary>True while the file does not hold what memory does.</summary>
    public bool IsBehind => Interlocked.Read(ref _stored) != Interlocked.Read(ref _changes);

    /// <summary>The system's first.</summary>
    public ImmutableArray<SpooledKill> All
    {
        get
        {
            lock (_lock) return _shelf.All;
        }
    }

    /// <summary>Kills to deliver to the holder of their switch, or to ask it about.</summary>
    public ImmutableArray<KillOrder> Due
    {
        get
        {
            lock (_lock) return _shelf.Due;
        }
    }

    /// <summary>Engaged kills for which working orders must still be taken back at the brokers.</summary>
    public ImmutableArray<KillOrder> ToCancel
    {
        get
        {
            lock (_lock) return _shelf.ToCancel;
        }
    }

    public ImmutableArray<KillOrder> For(string? botId)
    {
        lock (_lock) return _shelf.For(botId);
    }

    public bool Holds(Guid id)
    {
        lock (_lock) return _shelf.Contains(id);
    }

    /// <summary>Takes over what a process before this one left. Call it before grains may activate.
    /// A spool that can't be read counts as an engaged kill.</summary>
    public void Load()
    {
        try
        {
            var kills = _file.Read();
            foreach (var kill in kills) Put(kill.Order, kill.Taken, confirmed: false, kill.Canceled);
            Interlocked.Exchange(ref _stored, Interlocked.Read(ref _changes));
            if (kills.Length > 0) LogLoaded(_logger, kills.Length);
        }
        catch (Exception e)
        {
            LogUnreadable(_logger, e);
            _witness?.Raise("The kill spool of a node can't be read, so a kill may stand in it.");
            var by = new Caller("control-plane", "system", System.Diagnostics.ActivityTraceId.CreateRandom().ToHexString());
            Keep(new KillOrder(Guid.CreateVersion7(), null, "The kill spool of a node could not be read, so an engaged kill may stand in it.", by, _time.GetUtcNow()));
        }
    }

    /// <summary>This node was asked for a kill: from now on it lets nothing pass. The same id again brings words that came later.</summary>
    public void Keep(KillOrder order) => Put(order, taken: false, confirmed: false);

    /// <summary>The holder of the switch has this kill on disk. It stays here until its release is known.</summary>
    /// <returns>True the first time.</returns>
    public bool Taken(Guid id)
    {
        lock (_lock)
        {
            if (!_shelf.Take(id, out var first)) return false;
            if (first) Interlocked.Increment(ref _changes);
            return first;
        }
    }

    /// <summary>The brokers have been asked for what this kill says of working orders.</summary>
    public void Canceled(Guid id)
    {
        lock (_lock)
        {
            if (_shelf.Cancel(id)) Interlocked.Increment(ref _changes);
        }
    }

    /// <summary>This kill was released, or its bot does not exist.</summary>
    /// <returns>False when it was settled before.</returns>
    public bool Settle(KillOrder order) => Settle(order.Id, order.BotId, heard: false);

    /// <summary>Brings the file up to date, as far as the disk lets it. Never fails.</summary>
    public async Task StoreAsync()
    {
        await _writing.WaitAsync();
        try
        {
            var changes = Interlocked.Read(ref _changes);
            if (changes == _stored) return;
            var kills = All;
            await Task.Run(() => _file.Write(kills));
            Interlocked.Exchange(ref _stored, changes);
        }
        catch (Exception e)
        {
            LogNotStored(_logger, All.Length, e);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Writes the file as it must be now. Answers with its name when it can't be written, else with null.</summary>
    public async Task<string?> UnwritableAsync()
    {
        await _writing.WaitAsync();
        try
        {
            var (changes, kills) = (Interlocked.Read(ref _changes), All);
            await Task.Run(() => _file.Write(kills));
            Interlocked.Exchange(ref _stored, changes);
            return null;
        }
        catch (Exception e)
        {
            LogNotStored(_logger, All.Length, e);
            return _file.Location ?? "kills.spool";
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose()
    {
        _gate.Heard -= Heard;
        _writing.Dispose();
    }

    private void Put(KillOrder order, bool taken, bool confirmed, bool canceled = false)
    {
        lock (_lock)
        {
            _shelf.Put(order, taken, confirmed, canceled);
            Interlocked.Increment(ref _changes);
            _gate.ForceClosed(order);
        }
    }

    private bool Settle(Guid id, string? botId, bool heard)
    {
        lock (_lock)
        {
            if (!_shelf.Remove(id)) return false;
            Interlocked.Increment(ref _changes);
            if (_shelf.For(botId).IsEmpty) _gate.Clear(botId, heard);
            return true;
        }
    }

    /// <summary>Applies the gate's answer: kills from other nodes are kept here too, and released ones are removed.</summary>
    private void Heard(GateUpdate update)
    {
        var changes = Interlocked.Read(ref _changes);
        lock (_lock)
        {
            if (update.System is { } system)
            {
                Hear(null, system.Kill, system.EngagedKills, system.ReleasedKills);
            }

            foreach (var bot in update.Bots)
            {
                if (bot.Kills.IsDefaultOrEmpty && _shelf.For(bot.BotId).IsEmpty) continue;
                Hear(bot.BotId, bot.Kill ?? KillSwitch.Released, bot.Kills, bot.ReleasedKills);
            }

            if (update.BotsComplete && _shelf.HasBots) _shelf.DoubtBots(update.Bots.Select(b => b.BotId).ToHashSet(StringComparer.Ordinal));
        }

        if (Interlocked.Read(ref _changes) != changes && _writing.CurrentCount > 0) _ = StoreAsync();
    }

    private void Hear(string? botId, KillSwitch kill, ImmutableArray<Guid> engaged, ImmutableArray<Guid> released)
    {
        if (engaged.IsDefault) engaged = [];
        foreach (var order in _shelf.For(botId))
        {
            if (!released.IsDefault && released.Contains(order.Id)) Settle(order.Id, botId, heard: true);
            else _shelf.Confirm(order.Id, engaged.Contains(order.Id));
        }

        foreach (var id in KillShelf.WorthKeeping(engaged))
        {
            if (_shelf.Contains(id)) continue;
            var by = new Caller(kill.By ?? "unknown", "unknown", "");
            Put(new KillOrder(id, botId, kill.Reason ?? "", by, kill.Since ?? _time.GetUtcNow()), taken: true, confirmed: true);
        }
    }

    [LoggerMessage(EventIds.KillSpoolLoaded, LogLevel.Warning, "{Count} kills were read from the spool. They hold before anything opens.")]
    private static partial void LogLoaded(ILogger logger, int count);

    [LoggerMessage(EventIds.KillSpoolUnreadable, LogLevel.Critical, "The kill spool could not be read: it counts as an engaged kill.")]
    private static partial void LogUnreadable(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.KillSpoolNotStored, LogLevel.Error, "{Count} kills are kept in memory only: the spool could not be written.")]
    private static partial void LogNotStored(ILogger logger, int count, Exception exception);
}
