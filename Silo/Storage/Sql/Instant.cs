namespace ControlPlane.Silo.Storage.Sql;

/// <summary>An instant as a column: whole microseconds in SQLite, <c>timestamptz</c> in PostgreSQL. <see cref="long.MinValue"/> and
/// <see cref="long.MaxValue"/> are the ends of time.</summary>
internal readonly record struct Instant(long Microseconds)
{
    public static implicit operator Instant(DateTimeOffset instant) => new(UnixMicroseconds.From(instant));

    public static implicit operator DateTimeOffset(Instant instant) => UnixMicroseconds.ToInstant(instant.Microseconds);
}
