namespace ControlPlane.Silo.Storage;

/// <summary>Instants as the stores keep them: whole microseconds since 1970-01-01 UTC, rounded down.</summary>
internal static class UnixMicroseconds
{
    public const long PerSecond = 1_000_000;
    public const long PerHour = 3_600 * PerSecond;

    public static long From(DateTimeOffset instant) => FloorDivide(instant.UtcTicks - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerMicrosecond);

    public static DateTimeOffset ToInstant(long microseconds) =>
        new(DateTime.UnixEpoch.Ticks + (microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    public static long FloorDivide(long value, long by) => (value / by) - (value % by < 0 ? 1 : 0);
}
