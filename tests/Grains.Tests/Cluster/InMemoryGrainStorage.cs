using System.Collections.Concurrent;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>Grain storage in memory that outlives the cluster, so that a new cluster on it is a restart. Shares the stores' faults.</summary>
internal sealed class InMemoryGrainStorage(InMemoryStores stores) : IGrainStorage
{
    private readonly ConcurrentDictionary<string, (string ETag, byte[] Bytes)> _rows = new();

    /// <summary>While it is set every write fails, as for a process that is about to die.</summary>
    public bool Frozen { get; set; }

    /// <summary>While it is set, writes of this state fail.</summary>
    public string? FrozenState { get; set; }

    /// <summary>While it is set, what it is asked about each write is waited for before the write, and told after it.</summary>
    public StorageFault? Fault { get; set; }

    /// <summary>Set by each cluster: rows are bytes, as on a disk.</summary>
    public Serializer? Serializer { get; set; }

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await stores.Ready();
        if (!_rows.TryGetValue(Key(stateName, grainId), out var row)) return;
        grainState.State = Serializer!.Deserialize<T>(row.Bytes);
        grainState.ETag = row.ETag;
        grainState.RecordExists = true;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await stores.Ready();
        if (Frozen || FrozenState == stateName) throw new StoreUnavailableException("injected");
        var fault = Fault?.StateName == stateName ? Fault : null;
        if (fault is not null) await fault.BeforeAsync();
        var key = Key(stateName, grainId);
        var next = (Guid.NewGuid().ToString("N"), Serializer!.SerializeToArray(grainState.State));
        var done = _rows.TryGetValue(key, out var row)
            ? row.ETag == grainState.ETag && _rows.TryUpdate(key, next, row)
            : grainState.ETag is null && _rows.TryAdd(key, next);
        if (!done) throw new InconsistentStateException("another write came first", row.ETag, grainState.ETag);
        if (fault is not null) await fault.AfterAsync();
        grainState.ETag = next.Item1;
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await stores.Ready();
        _rows.TryRemove(Key(stateName, grainId), out _);
    }

    /// <summary>Gives every row of a state another ETag, as the write of another activation does.</summary>
    public void WriteFromElsewhere(string stateName)
    {
        foreach (var (key, row) in _rows.Where(r => r.Key.StartsWith(stateName + "/", StringComparison.Ordinal)).ToArray()) _rows[key] = (Guid.NewGuid().ToString("N"), row.Bytes);
    }

    /// <summary>A copy of every row, as a backup is.</summary>
    public IReadOnlyDictionary<string, (string ETag, byte[] Bytes)> Backup() => new Dictionary<string, (string, byte[])>(_rows);

    /// <summary>Puts a backup back under whoever uses the store; rows that it lacks are gone.</summary>
    public void Restore(IReadOnlyDictionary<string, (string ETag, byte[] Bytes)> backup)
    {
        _rows.Clear();
        foreach (var (key, row) in backup) _rows[key] = row;
    }

    private static string Key(string stateName, GrainId grainId) => $"{stateName}/{grainId}";
}

/// <summary>Holds the next writes of a state back, or loses their answers.</summary>
internal sealed class StorageFault(string stateName)
{
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _came = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string StateName { get; } = stateName;

    /// <summary>Whether writes wait for <see cref="Go"/>.</summary>
    public bool Waits { get; set; }

    /// <summary>Whether writes are done and their writer is told that they were not.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>Whether writes are done and their writer hears nothing of it until <see cref="Go"/>.</summary>
    public bool HangsAfter { get; set; }

    /// <summary>Completes when the first write is done.</summary>
    public Task Done => _done.Task;

    /// <summary>Completes when the first write has come.</summary>
    public Task Came => _came.Task;

    public void Go() => _go.TrySetResult();

    public Task BeforeAsync()
    {
        _came.TrySetResult();
        return Waits ? _go.Task : Task.CompletedTask;
    }

    public Task AfterAsync()
    {
        _done.TrySetResult();
        if (LosesAnswers) throw new StoreUnavailableException("injected: the answer is lost");
        return HangsAfter ? _go.Task : Task.CompletedTask;
    }
}
