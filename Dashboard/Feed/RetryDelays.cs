namespace ControlPlane.Dashboard.Feed;

/// <summary>Waits between tries to connect: soon at first, and never longer than a person likes to wait.</summary>
internal static class RetryDelays
{
    private static readonly double[] s_seconds = [0.3, 0.7, 1, 2, 3, 5];

    /// <param name="failures">Tries that failed in a row, from 1.</param>
    /// <param name="jitter">0 to 1: spreads the pages of many people.</param>
    public static TimeSpan After(int failures, double jitter) =>
        TimeSpan.FromSeconds(s_seconds[Math.Clamp(failures - 1, 0, s_seconds.Length - 1)] * (0.8 + (0.4 * jitter)));
}
