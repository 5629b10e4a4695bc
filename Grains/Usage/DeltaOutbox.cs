using System.Runtime.InteropServices;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Usage;

/// <summary>What commits added, by provider, on its way to the providers. Calls that shared a commit end in the same moment: what they brought
/// is told together, for telling costs more than counting.</summary>
/// <param name="tell">Tells a provider.</param>
internal sealed class DeltaOutbox(Action<UsageDelta> tell, TimeProvider time)
{
    private Dictionary<(string Provider, long Commit), Added> _added = [];
    private Task? _flushing;

    /// <summary>Completes when the providers have been told, so that nobody who was told of a commit asks one that has not.</summary>
    public Task PublishAsync(IReadOnlyList<UsageEvent> events, UsageAppend append)
    {
        var now = time.GetUtcNow();
        for (var i = 0; i < events.Count; i++)
        {
            if (!append.Written[i]) continue;
            ref var added = ref CollectionsMarshal.GetValueRefOrAddDefault(_added, (events[i].Provider, append.CommitSequence), out _);
            (added ??= new Added()).Take(events[i], now);
        }

        return _added.Count == 0 ? Task.CompletedTask : _flushing ??= FlushAsync();
    }

    private async Task FlushAsync()
    {
        // Behind the calls whose commit has ended already.
        await Task.Yield();
        var added = _added;
        (_added, _flushing) = ([], null);
        foreach (var ((provider, commit), brought) in added) tell(brought.ToDelta(provider, commit));
    }

    /// <summary>Nearly always of one second; a call may bring old events of many.</summary>
    private sealed class Added
    {
        private UsageEvent? _last;
        private bool _any;
        private BotTally _bots;
        private UsageSecond _second;
        private Dictionary<long, UsageSecond>? _seconds;

        public void Take(UsageEvent usage, DateTimeOffset now)
        {
            var second = usage.OccurredAt.ToUnixTimeSeconds();
            if (!_any) _second = new UsageSecond(second, 0, 0);
            _any = true;
            _bots.Take(usage);

            // What is dated ahead is no last use until its time has come; the next look at the store finds it then.
            if (usage.OccurredAt <= now && (_last is null || usage.OccurredAt > _last.OccurredAt)) _last = usage;
            if (_seconds is null && second != _second.UnixSecond) _seconds = new() { [_second.UnixSecond] = _second };
            if (_seconds is null)
            {
                _second = WithOneMore(_second, usage);
                return;
            }

            ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_seconds, second, out _);
            counts = WithOneMore(counts with { UnixSecond = second }, usage);
        }

        // To the microsecond, as the store keeps it: the figure must not change when it is read again.
        public UsageDelta ToDelta(string provider, long commit) => new(
            provider,
            commit,
            _seconds is null ? [_second] : [.. _seconds.Values],
            _last?.OccurredAt.AddTicks(-(_last.OccurredAt.Ticks % TimeSpan.TicksPerMicrosecond)) ?? DateTimeOffset.MinValue,
            _last?.BotId)
        {
            Bots = _bots.ToArray(),
        };

        private static UsageSecond WithOneMore(UsageSecond counts, UsageEvent usage) =>
            new(
                counts.UnixSecond,
                counts.Calls + 1,
                counts.Errors + (usage.Status == UsageStatus.Ok ? 0 : 1),
                counts.Observed + (usage.Source == UsageSource.Observed ? 1 : 0));
    }
}
