namespace ControlPlane.Abstractions;

/// <summary>How recorded calls are gathered and sent.</summary>
public sealed class IntegrationUsageOptions
{
    public const int DefaultMaxBuffered = 50_000;
    public const int DefaultMaxBatch = 2_000;

    /// <summary>Events held in memory until they are committed, those on their way included; a further one is dropped, and counted.
    /// About half a kilobyte each. 1 to 1,000,000.</summary>
    public int MaxBuffered { get; set; } = DefaultMaxBuffered;

    /// <summary>Events sent together, at most. 1 to 10,000.</summary>
    public int MaxBatch { get; set; } = DefaultMaxBatch;

    /// <summary>Batches on their way at the same time. 1 to 16.</summary>
    public int Senders { get; set; } = 2;

    /// <summary>First wait after a batch was not taken; it doubles with every further try. 0.01 to 10 s.</summary>
    public double RetrySeconds { get; set; } = 0.05;

    /// <summary>Longest wait between two tries. 0.01 to 60 s.</summary>
    public double MaxRetrySeconds { get; set; } = 2;

    /// <summary>How long a process that ends waits for what it still holds. 0 to 60 s.</summary>
    public double FlushSeconds { get; set; } = 2;

    public bool IsValid() =>
        MaxBuffered is >= 1 and <= 1_000_000 && MaxBatch is >= 1 and <= UsageLimits.MaxEvents && Senders is >= 1 and <= 16
        && RetrySeconds is >= 0.01 and <= 10 && MaxRetrySeconds is >= 0.01 and <= 60 && FlushSeconds is >= 0 and <= 60;
}
