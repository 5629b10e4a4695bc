using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using ControlPlane.Grains.Storage.Seals;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>Grain storage in memory that outlives the cluster, so that a new cluster on it is a restart. Shares the stores' faults.</summary>
internal sealed class InMemoryGrainStorage(InMemoryStores stores) : IGrainStorage, ISealedRows
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

    /// <summary>Set by each cluster: the key of its process.</summary>
    public StoreMacs? Macs { get; set; }

    /// <summary>The newest first, as the store tells them.</summary>
    public List<StoreMark> Marks { get; } = [];

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await stores.Ready();
        if (!_rows.TryGetValue(Key(stateName, grainId), out var row)) return;
        grainState.State = Words.Deserialize<T>(new BinaryData(row.Bytes));
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
        var next = (Next(grainState.ETag ?? "0"), Words.Serialize(grainState.State).ToArray());
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

    /// <summary>Gives every row of a state another version, as the write of another activation does.</summary>
    public void WriteFromElsewhere(string stateName)
    {
        foreach (var key in _rows.Keys.Where(k => k.StartsWith(stateName + "/", StringComparison.Ordinal)).ToArray()) Write(key, StoreMacs.StateOf(_rows[key].Bytes).ToArray(), Macs!);
    }

    /// <summary>A copy of every row, as a backup is.</summary>
    public IReadOnlyDictionary<string, (string ETag, byte[] Bytes)> Backup() => new Dictionary<string, (string, byte[])>(_rows);

    /// <summary>Puts a backup back under whoever uses the store; rows that it lacks are gone.</summary>
    public void Restore(IReadOnlyDictionary<string, (string ETag, byte[] Bytes)> backup)
    {
        _rows.Clear();
        foreach (var (key, row) in backup) _rows[key] = row;
    }

    /// <summary>The only key of a state.</summary>
    public string KeyOf(string stateName) => _rows.Keys.Single(k => k.StartsWith(stateName + "/", StringComparison.Ordinal));

    /// <summary>A row as it is now.</summary>
    public (string ETag, byte[] Bytes) Row(string key) => _rows[key];

    /// <summary>Writes to the store as somebody who has the database's rights and no key.</summary>
    public void Tamper(string key, string etag, byte[] bytes) => _rows[key] = (etag, bytes);

    /// <summary>Takes the MACs away, as in a store from before there were any.</summary>
    public void Unsign()
    {
        Marks.Clear();
        foreach (var (key, row) in _rows.ToArray()) _rows[key] = (row.ETag, StoreMacs.StateOf(row.Bytes).ToArray());
    }

    public static string Next(string etag) => (long.Parse(etag, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>How often the marks were asked for, whether they were answered or hang: the audit log asks before its first entry.</summary>
    public int MarksAsked => Volatile.Read(ref _marksAsked);

    private int _marksAsked;

    public async Task<ImmutableArray<StoreMark>> MarksAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _marksAsked);
        await stores.Ready();
        return [.. Marks];
    }

    public async Task AddMarkAsync(StoreMark mark, CancellationToken cancellationToken)
    {
        await stores.Ready();
        Marks.Insert(0, mark);
    }

    public async Task<StoredRows> ReadAsync(long? after, CancellationToken cancellationToken)
    {
        await stores.Ready();
        return new([.. _rows.Select(r => new StoredRow(StateOf(r.Key), RowKey.Of(GrainOf(r.Key)), long.Parse(r.Value.ETag, CultureInfo.InvariantCulture), r.Value.Bytes, r.Key))], null);
    }

    public async Task<bool> ReplaceAsync(StoredRow row, byte[] content, CancellationToken cancellationToken)
    {
        await stores.Ready();
        var before = _rows[row.Position];
        return before.ETag == row.Version.ToString(CultureInfo.InvariantCulture) && _rows.TryUpdate(row.Position, (Next(before.ETag), content), before);
    }

    public Task<IAsyncDisposable> LockAsync(CancellationToken cancellationToken) => Task.FromResult<IAsyncDisposable>(new MemoryStream());

    private SealedContentSerializer Words => new(new OrleansGrainStorageSerializer(Serializer!));

    private void Write(string key, byte[] state, StoreMacs macs)
    {
        var next = Next(_rows[key].ETag);
        _rows[key] = (next, macs.Seal(StateOf(key), RowKey.Of(GrainOf(key)), long.Parse(next, CultureInfo.InvariantCulture), state));
    }

    private static string Key(string stateName, GrainId grainId) => $"{stateName}/{grainId}";

    private static string StateOf(string key) => key[..key.IndexOf('/', StringComparison.Ordinal)];

    private static GrainId GrainOf(string key) => GrainId.Parse(key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..]);
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
