namespace ControlPlane.Grains.Storage.Trust;

/// <summary>Numbers that never come again: not after a restart, nor after a backup was put back. Each is above the last one and at least the
/// milliseconds since 1970. So a store that lost the last one still gives a larger one.</summary>
internal static class EpochPolicy
{
    /// <summary>The largest whole number that every client reads exactly.</summary>
    public const long Largest = (1L << 53) - 1;

    /// <param name="before">The largest that is known to have been given out.</param>
    public static long Next(long before, DateTimeOffset now) => Math.Min(Largest, Math.Max(before + 1, now.ToUnixTimeMilliseconds()));
}
