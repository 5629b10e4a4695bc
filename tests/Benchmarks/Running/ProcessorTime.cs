using System.Diagnostics;
using ControlPlane.Testing.Postgres;

namespace ControlPlane.Benchmarks.Running;

/// <summary>Which process spends the machine's time while something is measured: its own, and its children's as they are before and after.</summary>
internal sealed class ProcessorTime(params (string Name, int ProcessId)[] watched)
{
    private readonly List<double>[] _perUnit = [.. watched.Select(_ => new List<double>())];

    /// <summary>Runs work that counts as so many units.</summary>
    public async Task<T> WatchAsync<T>(int units, Func<Task<T>> work)
    {
        var before = watched.Select(one => Spent(one.ProcessId)).ToArray();
        var result = await work();
        for (var i = 0; i < watched.Length; i++) _perUnit[i].Add((Spent(watched[i].ProcessId) - before[i]).TotalMicroseconds / units);
        return result;
    }

    /// <summary>Microseconds of a core a unit, of each process; medians of the last rounds.</summary>
    public IEnumerable<KeyValuePair<string, double>> Figures(int rounds) =>
        watched.Select((one, i) => KeyValuePair.Create($"cpu_us_per_event_{one.Name}", Statistics.Median(_perUnit[i].TakeLast(rounds))));

    private static TimeSpan Spent(int process)
    {
        var sum = TimeSpan.Zero;
        foreach (var id in UnixSignals.Family(process))
        {
            try
            {
                using var one = Process.GetProcessById(id);
                sum += one.TotalProcessorTime;
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                // It ended meanwhile.
            }
        }

        return sum;
    }
}
