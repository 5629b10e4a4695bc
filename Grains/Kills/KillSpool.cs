using System.Collections.Concurrent;
using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Node;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Kills;

/// <summary>Kills that are not known to be durable: in memory always, on disk as far as there is one.</summary>
internal sealed partial class KillSpool(IKillSpoolFile file, NodeGate gate, ILogger<KillSpool> logger) : IPendingKills, IDisposable
{
    private readonly ConcurrentDictionary<string, KillOrder> _pending = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private long _changes;
    private long _stored;

    public bool IsEmpty => _pending.IsEmpty;

    /// <summary>True while the file does not hold what memory does.</summary>
    public bool IsBehind => Interlocked.Read(ref _stored) != Interlocked.Read(ref _changes);

    /// <summary>The system's first.</summary>
    public ImmutableArray<KillOrder> All => [.. _pending.Values.OrderBy(k => k.BotId is not null).ThenBy(k => k.AskedAt)];

    public KillOrder? For(string? botId) => _pending.GetValueOrDefault(Key(botId));

    /// <summary>Takes over what a process before this one left. Call it before grains may activate.</summary>
    public void Load()
    {
        try
        {
            foreach (var kill in file.Read()) _pending.TryAdd(Key(kill.BotId), kill);
            if (!IsEmpty) LogLoaded(logger, _pending.Count);
        }
        catch (Exception e)
        {
            LogUnreadable(logger, e);
        }
    }

    /// <summary>Keeps a kill in memory; one that is pending for the same switch already stands for both.</summary>
    public KillOrder Keep(KillOrder kill)
    {
        var kept = _pending.GetOrAdd(Key(kill.BotId), kill);
        if (ReferenceEquals(kept, kill)) Interlocked.Increment(ref _changes);
        return kept;
    }

    /// <summary>Nobody took the kill yet: this node lets nothing pass by itself until somebody does.</summary>
    public void HoldHere(KillOrder kill)
    {
        gate.Hold(kill.BotId);

        // Settled meanwhile: a hold after that would have no end.
        if (!ReferenceEquals(For(kill.BotId), kill)) gate.Free(kill.BotId);
    }

    /// <summary>The kill is durable, or was released, or concerns nobody: it need not be kept.</summary>
    /// <returns>False when it was settled before.</returns>
    public bool Settle(KillOrder kill)
    {
        if (!_pending.TryRemove(new(Key(kill.BotId), kill))) return false;
        Interlocked.Increment(ref _changes);
        gate.Free(kill.BotId);
        return true;
    }

    /// <summary>An operator's release that is durable ends what was asked for before it.</summary>
    public void Forget(string? botId)
    {
        if (For(botId) is { } kill) Settle(kill);
    }

    /// <summary>Brings the file up to date, as far as the disk lets it. Never fails.</summary>
    public async Task StoreAsync()
    {
        await _writing.WaitAsync();
        try
        {
            var changes = Interlocked.Read(ref _changes);
            if (changes == _stored) return;
            var kills = All;
            await Task.Run(() => file.Write(kills));
            Interlocked.Exchange(ref _stored, changes);
        }
        catch (Exception e)
        {
            LogNotStored(logger, _pending.Count, e);
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
            await Task.Run(() => file.Write(kills));
            Interlocked.Exchange(ref _stored, changes);
            return null;
        }
        catch (Exception e)
        {
            LogNotStored(logger, _pending.Count, e);
            return file.Location ?? "kills.spool";
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => _writing.Dispose();

    private static string Key(string? botId) => botId is null ? "system" : "bot/" + botId;

    [LoggerMessage(EventIds.KillSpoolLoaded, LogLevel.Warning, "{Count} kills from before this start are pending; they hold before anything opens.")]
    private static partial void LogLoaded(ILogger logger, int count);

    [LoggerMessage(EventIds.KillSpoolUnreadable, LogLevel.Error, "Kills from before this start could not be read.")]
    private static partial void LogUnreadable(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.KillSpoolNotStored, LogLevel.Error, "{Count} pending kills are kept in memory only: the spool could not be written.")]
    private static partial void LogNotStored(ILogger logger, int count, Exception exception);
}
