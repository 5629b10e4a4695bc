using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Usage;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>A provider's counts by second, its last use and the position of both in the store, from one snapshot.</summary>
internal static class UsageWindowQuery
{
    public static UsageWindowRead Run(SqliteSession session, string provider, DateTimeOffset from, DateTimeOffset now)
    {
        session.Prepare("BEGIN").Run();
        var sequence = session.Scalar("SELECT sequence FROM usage_commits WHERE id = 1")
            ?? throw new InvalidDataException("The row of usage_commits is missing.");
        var seconds = ReadSeconds(session, provider, UnixMicroseconds.From(from));
        var last = session
            .Prepare("SELECT occurred_at, bot_id FROM integration_usage_events WHERE provider = ? AND occurred_at <= ? ORDER BY occurred_at DESC, id DESC LIMIT 1")
            .With(provider).With(UnixMicroseconds.From(now));
        var read = last.Read()
            ? new UsageWindowRead(sequence, seconds, last.Instant(0), last.NullableText(1))
            : new UsageWindowRead(sequence, seconds, null, null);
        last.Reset();
        session.Prepare("COMMIT").Run();
        return read;
    }

    private static ImmutableArray<UsageSecond> ReadSeconds(SqliteSession session, string provider, long from)
    {
        // A window that begins within a second takes only its part of it, counted from the events.
        var firstWhole = -UnixMicroseconds.FloorDivide(-from, UnixMicroseconds.PerSecond);
        var rows = session.Prepare(
            "SELECT ? - 1, COUNT(*), COALESCE(SUM(status <> 0), 0), COALESCE(SUM(source = 1), 0) FROM integration_usage_events " +
            "WHERE provider = ? AND occurred_at >= ? AND occurred_at < ? HAVING COUNT(*) > 0 " +
            "UNION ALL SELECT second_s, calls, errors, observed FROM (SELECT second_s, calls, errors, observed FROM usage_seconds " +
            "WHERE provider = ? AND second_s >= ? ORDER BY second_s)")
            .With(firstWhole).With(provider).With(from).With(firstWhole * UnixMicroseconds.PerSecond).With(provider).With(firstWhole);
        var seconds = ImmutableArray.CreateBuilder<UsageSecond>();
        while (rows.Read())
        {
            seconds.Add(new(rows.Int64(0), rows.Int32(1), rows.Int32(2), rows.Int32(3)));
        }

        return seconds.ToImmutable();
    }
}
