using ControlPlane.Api.Hosting;

namespace ControlPlane.Api.Live;

/// <summary>The durations of the live feed.</summary>
/// <param name="Beat">Between two heartbeats.</param>
/// <param name="Coalesce">Shortest time between two messages about the same row.</param>
/// <param name="Stall">Longest time that a reader may take for one piece, or for a ping.</param>
/// <param name="Subscribe">Longest time from connecting to subscribing.</param>
internal sealed record LiveTimes(TimeSpan Beat, TimeSpan Coalesce, TimeSpan Stall, TimeSpan Subscribe)
{
    /// <summary>Interval of the timed work.</summary>
    public static TimeSpan Tick { get; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest time without an answer to a ping. Less than <see cref="Stall"/>, within which the reader must be gone: aborting a thousand
    /// readers takes time.</summary>
    public TimeSpan Owing { get; } = Stall * 0.75;

    /// <summary>How old a written status, or a snapshot with one in it, may be before it is written again.</summary>
    public static TimeSpan KeepWritten { get; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Time by which a written status is valid for less than the gate's lease. It may be cached once by itself and once in a snapshot.</summary>
    public static long PromiseLessMs { get; } = 2 * (long)KeepWritten.TotalMilliseconds;

    public static LiveTimes Of(LiveOptions options) => new(
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(options.CoalesceSeconds),
        TimeSpan.FromSeconds(options.StallSeconds),
        TimeSpan.FromSeconds(options.SubscribeSeconds));
}
