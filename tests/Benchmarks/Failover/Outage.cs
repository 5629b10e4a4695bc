using System.Diagnostics;

namespace ControlPlane.Benchmarks.Failover;

/// <summary>What the surviving nodes showed after a fault, each asked about every 10 ms.</summary>
/// <param name="LastOldOpen">Last moment at which any of them was still open by what the lost gate had decided; zero when none was.</param>
/// <param name="Answers">When all of them had a decision again that the next gate vouches for, open or closed.</param>
/// <param name="Open">When all of them were open again and stayed so.</param>
/// <param name="Steps">What the survivors' logs told of the way there.</param>
internal sealed record Outage(TimeSpan LastOldOpen, TimeSpan Answers, TimeSpan Open, Timeline Steps)
{
    private static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(10);

    /// <summary>Open for so long without a break is open again.</summary>
    private static readonly TimeSpan s_steady = TimeSpan.FromSeconds(1);

    /// <summary>Nobody waits longer: what is not open by then counts as open then, which flatters it.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(40);

    /// <param name="watchFor">How long to go on looking at least: what a dead silo held may be missed only later.</param>
    public static async Task<Outage> MeasureAsync(
        IReadOnlyList<Node> survivors, long epoch, bool gateLost, Action fault, TimeSpan watchFor, CancellationToken cancellationToken)
    {
        var from = Stopwatch.GetTimestamp();
        var steps = new Timeline();
        foreach (var node in survivors) node.Watching = steps;
        fault();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var views = survivors.Select(_ => new View()).ToArray();
        var watching = survivors.Select((node, i) => WatchAsync(node, views[i], from, epoch, gateLost, end.Token)).ToArray();
        while (!(views.All(v => v.SteadySince is { } since && Stopwatch.GetElapsedTime(from) - since > s_steady) && Stopwatch.GetElapsedTime(from) > watchFor))
        {
            if (Stopwatch.GetElapsedTime(from) > s_timeout) break;
            await Task.Delay(20, cancellationToken);
        }

        await end.CancelAsync();
        foreach (var node in survivors) node.Watching = null;
        await Task.WhenAll(watching);
        return new(views.Max(v => v.LastOldOpen), views.Max(v => v.Answers ?? s_timeout), views.Max(v => v.SteadySince ?? s_timeout), steps);
    }

    private static async Task WatchAsync(Node node, View view, long from, long epoch, bool gateLost, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var sight = await node.ReadAsync(cancellationToken);
                view.Take(sight, Stopwatch.GetElapsedTime(from), epoch, gateLost);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                view.SteadySince = null;
            }

            await Task.Delay(s_every, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed class View
    {
        public TimeSpan LastOldOpen { get; private set; }

        public TimeSpan? Answers { get; private set; }

        public TimeSpan? SteadySince { get; set; }

        public void Take(Sight sight, TimeSpan at, long epoch, bool gateLost)
        {
            var known = sight.Valid && (!gateLost || sight.Epoch > epoch);
            if (sight.Open && !known) LastOldOpen = at;
            if (known) Answers ??= at;
            SteadySince = known && sight.Open ? SteadySince ?? at : null;
        }
    }
}
