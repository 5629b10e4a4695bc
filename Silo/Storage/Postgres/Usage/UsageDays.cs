using System.Collections.Concurrent;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>The daily partitions, by days since 1970 UTC.</summary>
internal sealed class UsageDays(TimeProvider time)
{
    private readonly ConcurrentDictionary<long, bool> _known = [];

    public static DateOnly Date(long day) => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays((int)day);

    private long Today => UnixMicroseconds.FloorDivide(UnixMicroseconds.From(time.GetUtcNow()), 24 * UnixMicroseconds.PerHour);

    /// <summary>True for a day that retention may drop while somebody writes to it. Retention is two days at least, so that no live event is of such a day.</summary>
    public bool MayBeDropped(long day) => day < Today - 1;

    /// <summary>How many days before today a day is.</summary>
    public int Age(DateOnly day) => Date(Today).DayNumber - day.DayNumber;

    /// <summary>Makes the partitions that are not there.</summary>
    public async Task EnsureAsync(IEnumerable<long> days, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var day in days)
        {
            if (_known.ContainsKey(day)) continue;
            await connection.Statement("SELECT usage_day_create($1)").With(Date(day)).RunAsync(cancellationToken);
            _known.TryAdd(day, true);
        }
    }

    /// <summary>Makes today's partition and the next two, so that midnight finds its own ready.</summary>
    public Task EnsureAheadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        EnsureAsync([Today, Today + 1, Today + 2], connection, cancellationToken);

    /// <summary>Somebody else may have dropped what is believed to be there.</summary>
    public void Forget() => _known.Clear();
}
