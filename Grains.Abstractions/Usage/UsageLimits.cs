namespace ControlPlane.Abstractions;

/// <summary>How long the fields of a usage event may be, and how many a call may hold.</summary>
public static class UsageLimits
{
    /// <summary>Characters of <c>user_id</c>, <c>bot_id</c>, <c>provider</c> and <c>error_code</c>.</summary>
    public const int MaxText = 100;

    /// <summary>Characters of <c>operation</c>.</summary>
    public const int MaxOperation = 200;

    /// <summary>Milliseconds of <c>latency_ms</c>: a day.</summary>
    public const int MaxLatencyMs = 24 * 3600 * 1000;

    /// <summary>Events of one call.</summary>
    public const int MaxEvents = 10_000;
}
