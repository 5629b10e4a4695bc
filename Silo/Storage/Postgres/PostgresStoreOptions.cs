namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>Settings of the PostgreSQL store.</summary>
public sealed class PostgresStoreOptions
{
    public const int DefaultPoolSize = 32;
    public const int DefaultQueueCapacity = 1_024;
    public const int DefaultMaxCallsPerCommit = 4_096;
    public const int DefaultMaxRowsPerCommit = 20_000;

    /// <summary>Checked with <see cref="PostgresConnectionString"/>. Holds a secret: it is never logged.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Connections at the same time, unless the connection string says how many.</summary>
    public int PoolSize { get; init; } = DefaultPoolSize;

    /// <summary>Calls of usage that may wait for the writer; a call of many rows counts as several.</summary>
    public int QueueCapacity { get; init; } = DefaultQueueCapacity;

    /// <summary>Calls in one transaction, at most.</summary>
    public int MaxCallsPerCommit { get; init; } = DefaultMaxCallsPerCommit;

    /// <summary>No further call joins a transaction once it holds so many rows.</summary>
    public int MaxRowsPerCommit { get; init; } = DefaultMaxRowsPerCommit;

    /// <summary>How long usage events wait for room in the queue before <see cref="Grains.StoreBusyException"/>.</summary>
    public TimeSpan BulkWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the server may take over one statement.</summary>
    public TimeSpan StatementLimit { get; init; } = TimeSpan.FromMilliseconds(2_500);

    /// <summary>How long a statement may wait for a lock that another session holds. Well below the statement's limit, so that the retries of a transaction
    /// that met a lock have their turn.</summary>
    public TimeSpan LockLimit { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>How long a call may take before somebody knocks to see whether the server answers at all.</summary>
    public TimeSpan SuspectAfter { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the server may take to let somebody in who knocks. With <see cref="SuspectAfter"/>, how long a call waits for a server that hangs.</summary>
    public TimeSpan KnockLimit { get; init; } = TimeSpan.FromMilliseconds(1_250);

    /// <summary>How long a call waits for word about a commit whose answer was lost, from the call's beginning.</summary>
    public TimeSpan SettleLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long we wait for an answer or a connection before the server counts as out of reach. Above the statement's limit.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Between two looks whether a server that was out of reach is back.</summary>
    public TimeSpan ProbeEvery { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a start waits for a server that is out of reach.</summary>
    public TimeSpan StartWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a shutdown waits for what was queued before.</summary>
    public TimeSpan DrainWait { get; init; } = TimeSpan.FromSeconds(3);
}
