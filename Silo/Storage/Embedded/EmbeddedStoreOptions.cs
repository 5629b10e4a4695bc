namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Settings of the embedded store.</summary>
public sealed class EmbeddedStoreOptions
{
    public const int DefaultReaders = 4;
    public const int DefaultQueueCapacity = 1_024;
    public const int DefaultMaxCallsPerCommit = 256;
    public const int DefaultMaxRowsPerCommit = 20_000;

    /// <summary>Folder of the database. Created, for its owner only, when it does not exist.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Connections that read at the same time; 1 or more.</summary>
    public int Readers { get; init; } = DefaultReaders;

    /// <summary>Calls that may wait for the writer in each lane; a call of many rows counts as several.</summary>
    public int QueueCapacity { get; init; } = DefaultQueueCapacity;

    /// <summary>Calls in one transaction, at most.</summary>
    public int MaxCallsPerCommit { get; init; } = DefaultMaxCallsPerCommit;

    /// <summary>No further call joins a transaction once it holds so many rows.</summary>
    public int MaxRowsPerCommit { get; init; } = DefaultMaxRowsPerCommit;

    /// <summary>How long usage events wait for room in the queue before <see cref="Grains.StoreBusyException"/>.</summary>
    public TimeSpan BulkWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long everything else, and a read for a connection, waits for room.</summary>
    public TimeSpan ControlWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long SQLite retries while another program holds the database's lock.</summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a shutdown waits for what was queued before.</summary>
    public TimeSpan DrainWait { get; init; } = TimeSpan.FromSeconds(3);

    internal string DatabasePath => Path.Combine(DataDirectory, "controlplane.db");

    internal string LockPath => Path.Combine(DataDirectory, "controlplane.lock");
}
