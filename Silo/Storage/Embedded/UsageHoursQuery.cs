using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ControlPlane.Abstractions;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Hourly figures, from the covering index alone.</summary>
internal static class UsageHoursQuery
{
    public static ImmutableArray<UsageHour> Run(SqliteSession session, string provider, DateTimeOffset from)
    {
        var start = UnixMicroseconds.From(from);
        var rows = session.Prepare(
            "SELECT occurred_at, status, latency_ms FROM integration_usage_events " +
            "WHERE provider = ? AND occurred_at >= ? ORDER BY occurred_at")
            .With(provider)
            .With(start);
        var hours = ImmutableArray.CreateBuilder<UsageHour>();
        var tally = new HourTally(start);
        while (rows.Read())
        {
            var hour = (rows.Int64(0) - start) / UnixMicroseconds.PerHour;
            if (hour != tally.Hour)
            {
                tally.MoveTo(hour, hours);
            }

            tally.Add((UsageStatus)rows.Int32(1), rows.NullableInt32(2));
        }

        tally.MoveTo(0, hours);
        return hours.ToImmutable();
    }

    private sealed class HourTally(long start)
    {
        private readonly Dictionary<int, long> _latencies = [];
        private long _ok;
        private long _failed;
        private long _timed;

        public long Hour { get; private set; }

        public void Add(UsageStatus status, int? latency)
        {
            if (status == UsageStatus.Ok)
            {
                _ok++;
            }
            else
            {
                _failed++;
            }

            if (latency is { } ms)
            {
                _timed++;
                CollectionsMarshal.GetValueRefOrAddDefault(_latencies, ms, out _)++;
            }
        }

        public void MoveTo(long hour, ImmutableArray<UsageHour>.Builder hours)
        {
            if (_ok + _failed > 0)
            {
                hours.Add(new(UnixMicroseconds.ToInstant(start + (Hour * UnixMicroseconds.PerHour)), _ok, _failed, Rank(50), Rank(95)));
            }

            (Hour, _ok, _failed, _timed) = (hour, 0, 0, 0);
            _latencies.Clear();
        }

        /// <summary>Nearest rank: the smallest latency that <paramref name="percent"/> % of the calls did not exceed.</summary>
        private int? Rank(int percent)
        {
            var left = ((_timed * percent) + 99) / 100;
            foreach (var (ms, calls) in _latencies.OrderBy(l => l.Key))
            {
                left -= calls;
                if (left <= 0)
                {
                    return ms;
                }
            }

            return null;
        }
    }
}
