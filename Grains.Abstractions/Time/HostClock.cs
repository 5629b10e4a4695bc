using System.Runtime.InteropServices;

namespace ControlPlane.Abstractions;

/// <summary>Reads every clock of the host at once, so that the time it slept can be found.</summary>
public interface IHostClock
{
    HostMoment Read();
}

/// <summary>One moment on the clocks of one host. Only differences of two moments mean anything.</summary>
/// <param name="Monotonic">A clock that can't be set and stops while the host sleeps.</param>
/// <param name="Wall">The wall clock, which people and time servers set.</param>
/// <param name="Suspended">Time that the host has slept since it was started; null where no clock has it.</param>
public readonly record struct HostMoment(TimeSpan Monotonic, TimeSpan Wall, TimeSpan? Suspended)
{
    /// <summary>By how much the wall clock, or a clock that counts suspend, ran ahead of the monotonic clock; never negative.</summary>
    public TimeSpan AheadSince(HostMoment before)
    {
        var ahead = Wall - before.Wall - (Monotonic - before.Monotonic);
        if (Suspended is { } now && before.Suspended is { } then && now - then > ahead) ahead = now - then;
        return ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero;
    }

    /// <summary>Time since a moment, with the time that the host slept. A wall clock that is set ahead makes it longer, and nothing makes it shorter
    /// than the monotonic clock says.</summary>
    public TimeSpan ElapsedSince(HostMoment before) => Monotonic - before.Monotonic + AheadSince(before);
}

/// <summary>The clocks of this host. On Linux CLOCK_BOOTTIME less CLOCK_MONOTONIC is the time that the host has slept.</summary>
public sealed partial class HostClock(TimeProvider time) : IHostClock
{
    private const int ClockMonotonic = 1;
    private const int ClockBootTime = 7;
    private static readonly TimeSpan s_together = TimeSpan.FromMilliseconds(20);

    public HostMoment Read()
    {
        // A thread that is held up between two clocks would see one run ahead of the other: then all are read again.
        for (var attempt = 0; ; attempt++)
        {
            var before = time.GetTimestamp();
            var moment = new HostMoment(TimeSpan.FromSeconds(before / (double)time.TimestampFrequency), time.GetUtcNow() - DateTimeOffset.UnixEpoch, Suspended());
            if (attempt >= 9 || time.GetElapsedTime(before) < s_together) return moment;
        }
    }

    private static TimeSpan? Suspended()
    {
        if (!OperatingSystem.IsLinux()) return null;
        for (var attempt = 0; ; attempt++)
        {
            if (clock_gettime(ClockMonotonic, out var before) != 0 || clock_gettime(ClockBootTime, out var boot) != 0 || clock_gettime(ClockMonotonic, out var after) != 0) return null;
            if (attempt >= 9 || after.Span - before.Span < s_together) return boot.Span - after.Span;
        }
    }

    [LibraryImport("libc", SetLastError = false)]
    private static partial int clock_gettime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        private nint _seconds;
        private nint _nanoseconds;

        public readonly TimeSpan Span => TimeSpan.FromTicks(_seconds * TimeSpan.TicksPerSecond + _nanoseconds / 100);
    }
}
