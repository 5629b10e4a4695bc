using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Views.Connections;

/// <summary>An hour of the chart; nulls when it could not be read.</summary>
public sealed record ProofBucket(DateTimeOffset Start, long? Ok, long? Failed)
{
    public const int Hours = 24;

    /// <summary>24 hours ending with the one that runs. What the wire does not name could not be read.</summary>
    public static IReadOnlyList<ProofBucket> Of(IReadOnlyList<UsageHourRow>? hours, DateTimeOffset now)
    {
        var last = hours is { Count: > 0 } ? hours[^1].Start : new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        var byStart = (hours ?? []).ToDictionary(hour => hour.Start);
        return
        [
            .. Enumerable.Range(0, Hours).Select(i => last.AddHours(i - Hours + 1)).Select(start =>
                byStart.TryGetValue(start, out var hour) ? new ProofBucket(start, hour.Ok, hour.Failed) : new ProofBucket(start, null, null)),
        ];
    }
}
